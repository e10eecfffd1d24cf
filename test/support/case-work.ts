import { randomUUID } from 'node:crypto';
import type { Knex } from 'knex';
import type { AgencyDatabase } from '../../shared/db/agency-database';
import { connect } from '../../shared/db/connect';
import type { Clock } from '../../shared/domain/clock';
import { responsibleFor } from '../../shared/synthetic/officers';
import { assessmentOf } from './assessments';
import { filledDatabase, testDatabases } from './databases';
import { demoCaller } from './identity-provider';
import { type AskOptions, type Reply, type SystemOptions, startSystem, type TestSystem } from './system';

/** The caller of a mutation, and the selection of its answer. */
export interface ActOptions extends AskOptions {
  /** Fields of the answer; `__typename` by default. */
  readonly select?: string;
}

export interface Refusal {
  readonly code: string;
  readonly message: string;
  // biome-ignore lint/suspicious/noExplicitAny: every code has facts of its own.
  readonly extensions: any;
}

/** A system whose governance centre has its own database, which tests may write to. */
export interface CaseWork {
  readonly system: TestSystem;
  readonly database: AgencyDatabase;
  /** On the role that owns the governance centre's tables. */
  readonly owner: Knex;
  /** Sends a mutation, with a new idempotency key unless the input has one. */
  act(mutation: string, input: Record<string, unknown>, options?: ActOptions): Promise<Reply>;
  /** Sends a mutation. @returns its answer. @throws if it is refused. */
  // biome-ignore lint/suspicious/noExplicitAny: answers have as many shapes as there are mutations.
  done(mutation: string, input: Record<string, unknown>, options?: ActOptions): Promise<any>;
  /** Sends a mutation. @returns its only error. @throws unless it is refused. */
  refused(mutation: string, input: Record<string, unknown>, options?: ActOptions): Promise<Refusal>;
  /** Confirms officers, by their agencies' heads, so that a case or meeting opens to them. */
  confirm(kind: 'CASE' | 'MEETING' | 'TASK' | 'PROTECTION', id: string, ...officers: readonly string[]): Promise<void>;
  /** A case worker with an assessment of the child, opened as if yesterday. */
  assessing(child: string, as?: string): Promise<AskOptions>;
  /** Row count and checksum of every base table, by name, which show any added or changed row. */
  contents(): Promise<Readonly<Record<string, string>>>;
  close(): Promise<void>;
}

/** @param name of the database. */
export async function startCaseWork(
  name: string,
  clock?: Clock,
  environment: NodeJS.ProcessEnv = {},
  agencyLimits: SystemOptions['agencyLimits'] = {},
): Promise<CaseWork> {
  const database = await filledDatabase('governance-center', `${name}_governance_center`);
  const system = await startSystem({
    databases: new Map([...testDatabases(), ['governance-center', database]]),
    environment,
    agencyLimits,
    ...(clock && { clock }),
  });
  const owner = connect(database.ownerUrl ?? '', { poolSize: 2, statementTimeout: 0 });
  const act: CaseWork['act'] = (mutation, input, { select = '__typename', ...options } = {}) =>
    system.ask(operation(mutation, select), {
      ...options,
      variables: { input: { idempotencyKey: randomUUID(), ...input } },
    });
  const done: CaseWork['done'] = async (mutation, input, options) => {
    const { body, text } = await act(mutation, input, options);
    if (body?.data?.[mutation] == null) throw new Error(`${mutation} was not done: ${text}`);
    return body.data[mutation];
  };
  return {
    system,
    database,
    owner,
    act,
    done,
    async confirm(kind, id, ...officers) {
      for (const officer of officers) await done('confirmParticipation', { kind, id, officer }, byHeadOf(officer));
    },
    async refused(mutation, input, options) {
      const { body, text } = await act(mutation, input, options);
      const [error, ...others] = body?.errors ?? [];
      if (error === undefined || others.length > 0 || body.data?.[mutation] != null) {
        throw new Error(`${mutation} was not refused for one reason: ${text}`);
      }
      const { code, ...extensions } = error.extensions;
      return { code, message: error.message, extensions };
    },
    assessing: async (child, as = 'county-case-worker') => ({
      as,
      purpose: 'RISK_ASSESSMENT',
      reference: await assessmentOf(child, as, owner),
    }),
    contents: () => contents(owner),
    async close() {
      await owner.destroy();
      await system.close();
    },
  };
}

/** An operation with one mutation and the variable `$input`. */
export function operation(mutation: string, select = '__typename'): string {
  return `mutation ($input: ${inputType(mutation)}!) { ${mutation}(input: $input) { ${select} } }`;
}

/** The options for a request of the responsible person of an officer's agency. */
export function byHeadOf(officer: string): AskOptions {
  const head = responsibleFor(demoCaller(officer));
  if (head === undefined) throw new Error(`Nobody is responsible for ${officer}.`);
  return { as: head.sub, purpose: 'OWN_DUTY' };
}

const DOCKET = ['putOnDocket', 'takeOffDocket', 'referToMeeting', 'withdrawFromMeeting'];

export function inputType(mutation: string): string {
  if (/^(confirm|withdraw)Participation$/.test(mutation)) return 'ParticipationInput';
  return DOCKET.includes(mutation) ? 'DocketInput' : `${mutation.charAt(0).toUpperCase()}${mutation.slice(1)}Input`;
}

async function contents(owner: Knex): Promise<Readonly<Record<string, string>>> {
  const { rows } = await owner.raw(
    "select relname from pg_class where relnamespace = 'base'::regnamespace and relkind = 'r' order by 1",
  );
  const sums = rows.map(
    ({ relname }: { relname: string }) =>
      `(select concat(count(*), ' rows, ', sum(hashtextextended(t::text, 0)::numeric)) from base.${relname} t) as ${relname}`,
  );
  return (await owner.raw(`select ${sums.join(', ')}`)).rows[0];
}

/** A little longer than what a reference opens, or a refusal of it, is remembered. */
export const HALF_A_MINUTE = 30_100;
export const HOUR_MILLISECONDS = 3_600_000;
export const DAY_MILLISECONDS = 24 * HOUR_MILLISECONDS;

/** A controllable clock for the agencies and the gateway's caches. */
export interface PassingTime {
  readonly clock: Clock;
  now(): Date;
  /** An instant this many milliseconds from now, in ISO 8601. */
  from(milliseconds: number): string;
  pass(milliseconds: number): Promise<void>;
  passTo(instant: Date): Promise<void>;
  restore(): void;
}

export function passingTime(start = new Date()): PassingTime {
  let passed = 0;
  const real = performance.now.bind(performance);
  const spy = jest.spyOn(performance, 'now').mockImplementation(() => real() + passed);
  const now = () => new Date(start.getTime() + passed);
  const pass = async (milliseconds: number) => {
    passed += milliseconds;
    // Caches read the clock at most once a millisecond.
    await new Promise((resolve) => setTimeout(resolve, 20));
  };
  return {
    clock: now,
    now,
    from: (milliseconds) => new Date(now().getTime() + milliseconds).toISOString(),
    pass,
    passTo: (instant) => pass(instant.getTime() - now().getTime()),
    restore: () => spy.mockRestore(),
  };
}

export const byCase = (id: string, as = 'county-case-worker'): AskOptions => ({
  as,
  purpose: 'CASE_HANDLING',
  reference: `case/${id}`,
});

export const atMeeting = (id: string, as: string): AskOptions => ({
  as,
  purpose: 'JOINT_MEETING',
  reference: `meeting/${id}`,
});

/** Withdraws all standing duties, so that nothing opens but by confirmed parts. */
export async function withdrawDuties(owner: Knex): Promise<void> {
  await owner('base.duty').whereNull('withdrawn_at').update({ withdrawn_by: '负责人', withdrawn_at: new Date() });
}

/** Children of a region without any data at the governance centre but their region, ordered by id. */
export async function unknownChildren(owner: Knex, region: string, count: number): Promise<readonly string[]> {
  const ids: string[] = await owner('base.child')
    .whereLike('region', `${region}%`)
    .whereNotIn('child_id', owner('base.clue').whereNotNull('child_id').select('child_id'))
    .whereNotIn('child_id', owner('base.case_child').select('child_id'))
    .whereNotIn('child_id', owner('base.risk_assessment').select('child_id'))
    .whereNotIn('child_id', owner('base.protection_assignment').select('child_id'))
    .orderBy('child_id')
    .limit(count)
    .pluck('child_id');
  if (ids.length < count) throw new Error(`There are ${ids.length} such children in ${region}, not ${count}.`);
  return ids;
}
