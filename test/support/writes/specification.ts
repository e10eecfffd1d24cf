import { join } from 'node:path';
import { parse } from 'yaml';
import { z } from 'zod';
import type { Situation } from '../../../developer-kit/cases/situation';
import type { Grant } from '../../../shared/access/grant';
import { agencyFiles } from '../../../shared/config/agency-files';
import { PROJECT } from '../../../shared/config/project-root';
import { AGENCIES } from '../../../shared/domain/agencies';
import { ROLES } from '../../../shared/domain/caller';
import { PURPOSES } from '../../../shared/domain/purpose';

const FOLDER = join(PROJECT, 'subgraphs/governance-center');

const ABOUT = [
  'region',
  'child',
  'clue',
  'case',
  'task',
  'meeting',
  'assignment',
  'use',
  'participation',
  'notification',
  'notice',
  'support',
  'duty',
  'own',
  'release',
] as const;
export type About = (typeof ABOUT)[number];

const permission = z.strictObject({
  who: z.array(z.enum(ROLES)).min(1),
  of: z.enum([...AGENCIES, 'lead-agency', 'lead-recipient', 'issuer', 'assignee', 'taking-part']).optional(),
  for: z.array(z.enum(PURPOSES)).min(1),
  where: z.enum([
    'region',
    'unreferenced',
    'one-line',
    'case',
    'meeting',
    'task',
    'assignment',
    'assessment',
    'visits',
    'clue',
    'granted',
    'own',
  ]),
});

const entry = z.strictObject({
  /** Whether only the gateway can use it. */
  internal: z.literal(true).optional(),
  about: z.enum(ABOUT),
  may: z.array(permission).min(1),
  answers: z.string(),
});

export type Permission = z.infer<typeof permission>;
export type WritesEntry = z.infer<typeof entry>;

/** The facts about a mutation's subject by which its permission depends. */
export interface Facts {
  readonly region: string;
  readonly child?: string | null;
  readonly caseId?: string | null;
  readonly meeting?: string;
  readonly task?: string;
  readonly assignment?: string;
  readonly clue?: string;
  readonly leadAgency?: string;
  readonly recipients?: readonly string[];
  readonly leadRecipient?: string;
  /** The agency that notifies, or has notified, the village. */
  readonly issuer?: string;
  readonly assignee?: string;
  /** Whether it is the caller's own. */
  readonly holder?: boolean;
  /** The participating agencies. */
  readonly agencies?: readonly string[];
}

/** The `*.writes.yaml` files of the governance centre. */
export class WritesSpecification {
  private readonly entries: ReadonlyMap<string, WritesEntry>;

  constructor(yaml = agencyFiles(FOLDER, '.writes.yaml').map(({ text }) => text)) {
    const entries = yaml.flatMap((text) => Object.entries(z.record(z.string(), entry).parse(parse(text) ?? {})));
    this.entries = new Map(entries);
    if (this.entries.size < entries.length) throw new Error('A mutation has entries in two files.');
  }

  /** Mutations for clients. */
  get mutations(): readonly string[] {
    return [...this.entries].filter(([, { internal }]) => !internal).map(([name]) => name);
  }

  /** Mutations only for the gateway. */
  get internal(): readonly string[] {
    return [...this.entries].filter(([, { internal }]) => internal).map(([name]) => name);
  }

  entry(mutation: string): WritesEntry {
    const found = this.entries.get(mutation);
    if (found === undefined) throw new Error(`Nothing is said about ${mutation}.`);
    return found;
  }

  /** @param grant the content of the reference; null if the caller takes no part in it. */
  may(mutation: string, situation: Situation, grant: Grant | null, facts: Facts): boolean {
    return this.entry(mutation).may.some((one) => holds(one, situation, grant, facts));
  }

  /** Whether the caller may do it about any subject. */
  mayEver(mutation: string, situation: Situation, grant: Grant | null): boolean {
    const { agency, region } = situation.caller;
    const anything = {
      holder: true,
      region,
      leadAgency: agency,
      leadRecipient: agency,
      issuer: agency,
      assignee: agency,
      agencies: [agency],
    };
    // Without a record, only the kind of a reference is known.
    const ids = {
      caseId: 'a case',
      meeting: 'a meeting',
      task: 'a task',
      assignment: 'an assignment',
      clue: 'a clue',
      child: 'a child',
    };
    const covering = grant && {
      ...grant,
      cases: [ids.caseId],
      meetings: [ids.meeting],
      tasks: [ids.task],
      assignments: [ids.assignment],
      clues: [ids.clue],
      children: [ids.child],
    };
    return this.may(mutation, situation, covering, { ...anything, ...ids });
  }
}

function holds(
  one: Permission,
  { caller, purpose, reasonGiven }: Situation,
  grant: Grant | null,
  facts: Facts,
): boolean {
  const takesPart = facts.agencies?.includes(caller.agency) ? caller.agency : undefined;
  const named = {
    'lead-agency': facts.leadAgency,
    'lead-recipient': facts.leadRecipient,
    issuer: facts.issuer,
    assignee: facts.assignee,
    'taking-part': takesPart,
  };
  const agency = one.of !== undefined && one.of in named ? named[one.of as keyof typeof named] : one.of;
  const inRegion = facts.region.startsWith(caller.region);
  const where: Readonly<Record<Permission['where'], () => boolean>> = {
    region: () => inRegion,
    unreferenced: () => inRegion && grant === null,
    'one-line': () => inRegion || caller.region.startsWith(facts.region),
    case: () => inRegion && grant?.kind === 'case' && facts.caseId != null && grant.cases.includes(facts.caseId),
    assignment: () =>
      grant?.kind === 'protection' && facts.assignment !== undefined && grant.assignments.includes(facts.assignment),
    clue: () => grant?.kind === 'clue' && facts.clue !== undefined && grant.clues.includes(facts.clue),
    assessment: () =>
      grant?.kind === 'assessment' &&
      ((facts.child != null && grant.children.includes(facts.child)) ||
        (facts.clue !== undefined && grant.clues.includes(facts.clue))),
    visits: () => grant?.kind === 'visits' && facts.child != null && grant.children.includes(facts.child),
    granted: () => inRegion && grant !== null,
    own: () => facts.holder === true,
    meeting: () => grant?.kind === 'meeting' && facts.meeting !== undefined && grant.meetings.includes(facts.meeting),
    task: () => grant?.kind === 'task' && facts.task !== undefined && grant.tasks.includes(facts.task),
  };
  return (
    one.who.some((role) => caller.roles.includes(role)) &&
    (one.of === undefined || caller.agency === agency) &&
    one.for.includes(purpose) &&
    (purpose !== 'EMERGENCY' || reasonGiven) &&
    where[one.where]()
  );
}
