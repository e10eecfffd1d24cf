import { randomUUID } from 'node:crypto';
import type { Knex } from 'knex';
import { SUBGRAPHS } from '../../../gateway/embedded/embedded';
import { type AgencyDatabase, provision } from '../../../shared/db/agency-database';
import { connect } from '../../../shared/db/connect';
import { type Agency, databaseName, enumName } from '../../../shared/domain/agencies';
import type { Reference } from '../../../shared/domain/purpose';
import { STORY_ASSESSMENT } from '../../../subgraphs/governance-center/assessments/seed';
import { assessmentOf } from '../assessments';
import { adminUrl, childIdOf, STORY, TEST_DISTRICT } from '../databases';
import { demoCaller } from '../identity-provider';
import { visitsOf } from '../references';
import { startSystem, type TestSystem } from '../system';
import { HELPERS, type ReferenceName } from './askers';
import { ABSENT_FACTS, type Fact, GIVEN, SEALED_FACTS } from './facts';
import type { Subjects } from './queries';

/** Large enough for pages of lists, and small enough for hundreds of queries. */
const DISTRICT = { ...TEST_DISTRICT, size: 16 };

/** A system on separate databases in which every fact is true of the same child until it is removed. */
export interface World {
  readonly system: TestSystem;
  readonly owners: ReadonlyMap<Agency, Knex>;
  /** The left-behind story child, about whom all facts are true. */
  readonly focus: Subjects;
  /** The sealed story child. */
  readonly sealed: Subjects;
  readonly references: Readonly<Record<ReferenceName, Reference>>;
  put(fact: Fact): Promise<void>;
  takeOut(fact: Fact): Promise<void>;
  /** The number of the fact's rows in the base table, for a fact with its own rows. */
  rows(fact: Fact): Promise<number>;
  close(): Promise<void>;
}

/** @param name prefix of its databases. @param environment as for `startSystem`. */
export async function startWorld(name: string, environment: NodeJS.ProcessEnv = {}): Promise<World> {
  const databases = new Map(
    await Promise.all(
      SUBGRAPHS.map(
        async ({ agency }) => [agency, await provision(adminUrl(), agency, `${name}_${databaseName(agency)}`)] as const,
      ),
    ),
  );
  const system = await startSystem({
    databases,
    district: DISTRICT,
    emergencies: 'unlimited',
    // Comparisons select all fields in one operation.
    environment: { OPERATION_COST_LIMIT: '1000000', ...environment },
    // An agency that fails during a whole comparison must fail in one way.
    agencyLimits: { breakerFaults: 1_000_000 },
  });
  const owners = ownersOf(databases);
  const focusId = childIdOf(STORY.leftBehind);
  const sealedId = childIdOf(STORY.sealed);
  const references = await referencesOf(owners, focusId);
  const governance = ownerOf(owners, 'governance-center');
  const [clue] = await governance('base.clue').where({ child_id: focusId }).select('clue_id');
  const bindings = { focus: focusId, sealed: sealedId, clue: clue.clue_id };
  const run = async ({ agency }: Fact, sql: string) => {
    const used = Object.entries(bindings).filter(([name]) => sql.includes(`:${name}`));
    return ownerOf(owners, agency).raw(sql, Object.fromEntries(used));
  };
  const put = async (fact: Fact) => void (await run(fact, fact.put));
  const takeOut = async (fact: Fact) => void (await run(fact, fact.takeOut));

  await settle(owners, references, focusId, sealedId);
  for (const fact of [...ABSENT_FACTS, ...SEALED_FACTS]) {
    await takeOut(fact);
    await put(fact);
  }
  await confirmHelpers(governance, references['its-support'].id);
  const others = [
    focusId,
    sealedId,
    ...[STORY.protectedAddress, STORY.unsupported, STORY.neighbour, STORY.nobody].map(childIdOf),
  ];
  const subjects = { clue: clue.clue_id, others };
  return {
    system,
    owners,
    focus: { ...subjects, idNumber: STORY.leftBehind, child: focusId },
    sealed: { ...subjects, idNumber: STORY.sealed, child: sealedId },
    references,
    put,
    takeOut,
    async rows(fact) {
      const { rows } = await run(fact, fact.takeOut.replace(/^delete/, 'select count(*)::int as count'));
      return rows[0].count;
    },
    async close() {
      await Promise.all([...owners.values()].map((owner) => owner.destroy()));
      await system.close();
    },
  };
}

// Private:

function ownersOf(databases: ReadonlyMap<Agency, AgencyDatabase>): ReadonlyMap<Agency, Knex> {
  return new Map(
    [...databases].map(([agency, { ownerUrl = '' }]) => [
      agency,
      connect(ownerUrl, { poolSize: 1, statementTimeout: 0 }),
    ]),
  );
}

export function ownerOf(owners: ReadonlyMap<Agency, Knex>, agency: Agency): Knex {
  const owner = owners.get(agency);
  if (owner === undefined) throw new Error(`There is no database of ${agency}.`);
  return owner;
}

async function referencesOf(owners: ReadonlyMap<Agency, Knex>, focus: string): Promise<World['references']> {
  const db = ownerOf(owners, 'governance-center');
  const caseOf = async (child: string) => (await db('base.case_child').where({ child_id: child }))[0].case_id;
  const meetings = () => db('base.joint_meeting').orderBy('held_at');
  const meetingOf = async (kind: string, caseId: string) =>
    (
      await meetings()
        .where({ kind })
        .whereIn('meeting_id', db('base.docket_item').where({ case_id: caseId }).select('meeting_id'))
    )[0].meeting_id;
  const itsCase = await caseOf(focus);
  const otherCase = await caseOf(childIdOf(STORY.protectedAddress));
  const regular = await meetingOf('REGULAR', itsCase);
  // A meeting whose docket is currently open.
  const [other] = await meetings()
    .where({ kind: 'REGULAR' })
    .whereNot({ meeting_id: regular })
    .where('held_at', '>', db.raw(`now() - interval '20 days'`));
  const id = {
    'its-case': itsCase,
    'other-case': otherCase,
    'regular-meeting': regular,
    'case-conference': await meetingOf('CASE_CONFERENCE', otherCase),
    'other-meeting': other.meeting_id,
    // As in the facts of the governance centre.
    'its-support': '00000000-0000-8000-8000-0000000000a1',
    'its-clue': (await db('base.clue').where({ child_id: focus }))[0].clue_id,
    'its-task': (await db('base.task').where({ case_id: itsCase, agency: 'EDUCATION' }))[0].task_id,
    'town-assessment': STORY_ASSESSMENT,
    'county-assessment': idOf(await assessmentOf(focus, 'county-case-worker', db)),
    'town-visits': idOf(visitsOf('town-case-worker')),
    'village-visits': idOf(visitsOf('child-director')),
    'next-village-visits': idOf(visitsOf('second-child-director')),
  };
  const kind = (name: string) =>
    name === 'its-support' ? 'protection' : (/-(case|task|clue|assessment|visits)$/.exec(name)?.[1] ?? 'meeting');
  return Object.fromEntries(
    Object.entries(id).map(([name, id]) => [name, { kind: kind(name), id }]),
  ) as World['references'];
}

const idOf = (reference: string) => reference.slice(reference.indexOf('/') + 1);

/** Only about what there is, and it stays when the support is taken out. */
async function confirmHelpers(governance: Knex, assignment_id: string): Promise<void> {
  const rows = HELPERS.map(demoCaller).map(({ sub, agency }) => ({
    participation_id: randomUUID(),
    assignment_id,
    officer: sub,
    agency: enumName(agency),
    confirmed_by: '负责人',
    confirmed_at: new Date(),
  }));
  await governance('base.participation').insert(rows);
}

/** Sets up the data of all worlds besides the synthetic district: a case of both children, alone on both dockets. */
async function settle(
  owners: ReadonlyMap<Agency, Knex>,
  references: World['references'],
  focus: string,
  sealed: string,
): Promise<void> {
  const governance = ownerOf(owners, 'governance-center');
  const caseId = references['its-case'].id;
  await governance('base.case_child').insert({ case_id: caseId, child_id: sealed });
  await governance('base.task_child').insert({ task_id: references['its-task'].id, child_id: sealed });
  // A hidden case would remove the whole docket, and everything below it, from an asker's answer.
  await governance('base.docket_item').whereNot({ case_id: caseId }).delete();
  await governance('base.docket_item')
    .insert(
      ['regular-meeting' as const, 'case-conference' as const].map((name, position) => ({
        meeting_id: references[name].id,
        position,
        case_id: caseId,
      })),
    )
    .onConflict()
    .ignore();
  // No item may become overdue during a comparison.
  for (const table of ['case_file', 'task']) {
    await governance.raw(`update base.${table} set due_at = now() + interval '5 days'`);
  }
  for (const { agency, sql } of GIVEN) await ownerOf(owners, agency).raw(sql, { focus });
}
