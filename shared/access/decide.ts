import { LRUCache } from 'lru-cache';
import type { AccessContext } from '../protocol/context-token';
import type { Access } from './accesses';
import type { AgencyRules } from './agency-rules';
import type { DataClassName } from './catalogue';
import type { ResourceAttributes } from './compile';
import { classesOf, type Requirement } from './labels';
import {
  type ClassPolicies,
  type ClassRules,
  type Permission,
  policiesByClass,
  residualPolicies,
  unlisted,
} from './residual-policies';
import { and, type Columns, FALSE, or, type SqlCondition, TRUE, translationFault } from './to-sql';

export type { ResourceAttributes } from './compile';

/** What a field is answered with. ABSENT cannot be told from "there is no data"; DENIED says so. */
export const ANSWERS = ['CLEAR', 'MASKED', 'DENIED', 'ABSENT'] as const;

export type Answer = (typeof ANSWERS)[number];

/** The rules, worked out for one kind of caller, purpose and grant. */
export interface Decisions {
  /**
   * @param record null where the agency knows of no such thing.
   * @param maskable whether the field has a mask: without one, a masked answer is a refusal.
   */
  decide(requirement: Requirement, record: ResourceAttributes | null, maskable?: boolean): Answer;
  /**
   * Every answer that the request leaves open, the one that goes furthest first; a single one is settled for all records.
   * Classes are taken for independent of each other: of several that look at the same, one may be named that no record gets.
   */
  answers(requirement: Requirement, maskable?: boolean): readonly Answer[];
  /** The same of one mutation: CLEAR where it is carried out. */
  answersToWrite(requirement: Requirement, mutation: string): readonly Answer[];
  /** Whether there is any record at all for which the answer would be positive. */
  possible(requirement: Requirement, maskable?: boolean): boolean;
  /** The rows of a list that are answered clear, as a condition on its columns; null for none. */
  rows(requirement: Requirement, columns: Columns): SqlCondition | null;
  /** How a requirement that nothing met is refused: ABSENT as soon as one of its classes is silent. */
  refusal(requirement: Requirement): 'DENIED' | 'ABSENT';
  /**
   * What of a requirement stands in the way.
   *
   * @param record undefined for what stands in the way of every record.
   */
  unmet(requirement: Requirement, record: ResourceAttributes | null | undefined, maskable?: boolean): Requirement;
  /**
   * How each data class of a requirement is answered, for the access ledger; of alternatives, the one that goes furthest.
   *
   * @param record undefined for one of those that go furthest: of a list that SQL has filtered, every row does.
   */
  accesses(requirement: Requirement, record: ResourceAttributes | undefined, maskable?: boolean): readonly Access[];
  /** The same for writing: what stands in the way of a mutation; of every one where none is named. */
  unmetToWrite(requirement: Requirement, record: ResourceAttributes | undefined, mutation?: string): Requirement;
}

const REMEMBERED_PROFILES = 1_000;

/** Rules of one or more agencies: a subgraph has its own, the gateway has all. */
export class AccessRules {
  private readonly policies: ReadonlyMap<DataClassName, ClassPolicies>;
  private readonly byProfile: LRUCache<string, Decisions>;
  private readonly byContext = new WeakMap<AccessContext, Decisions>();

  constructor(agencies: readonly AgencyRules[], { profiles = REMEMBERED_PROFILES } = {}) {
    this.policies = new Map(agencies.flatMap(policiesByClass).map((policies) => [policies.name, policies]));
    this.byProfile = new LRUCache({ max: profiles });
  }

  /** Officers of the same roles, agency and region who ask for the same purpose and grant share what was worked out. */
  decisionsFor(context: AccessContext): Decisions {
    let decisions = this.byContext.get(context);
    if (decisions === undefined) {
      const profile = profileOf(context);
      decisions = this.byProfile.get(profile) ?? new SpecialisedRules(this.policies, context);
      this.byProfile.set(profile, decisions);
      this.byContext.set(context, decisions);
    }
    return decisions;
  }

  /** What of the rules that decide about a list cannot be asked of its columns, whatever the request: one line each. */
  translationFaults(requirement: Requirement, columns: Columns): readonly string[] {
    return classesOf(requirement).flatMap((dataClass) =>
      (this.policies.get(dataClass)?.byAction.read ?? []).flatMap(({ id, file, line, condition }) => {
        const fault = translationFault(condition, columns);
        return fault === undefined ? [] : [`Rule "${id}" (${file}:${line}) cannot filter in SQL by ${fault}.`];
      }),
    );
  }
}

/** All of a request that rules may look at. */
export function profileOf({ caller, purpose, reasonGiven, grant }: AccessContext): string {
  return JSON.stringify([[...caller.roles].sort(), caller.agency, caller.region, purpose, reasonGiven, grant]);
}

// Private:

/** How far a rule goes: not at all, masked, clear. */
type Level = 0 | 1 | 2;

/** One set of classes, all of which are asked for. */
type ResolvedSet = readonly ClassRules[];

/** One group of sets, any of which is asked for. */
interface ResolvedGroup {
  readonly sets: readonly ResolvedSet[];
  /** Whether its refusal says so: every class does. */
  readonly saysSo: boolean;
}

type LevelOf = (rules: ClassRules) => Level;

class SpecialisedRules implements Decisions {
  private readonly policies: ReadonlyMap<DataClassName, ClassPolicies>;
  private readonly context: AccessContext;
  private readonly classes = new Map<DataClassName, ClassRules>();
  private readonly resolved = new WeakMap<Requirement, readonly ResolvedGroup[]>();

  constructor(policies: ReadonlyMap<DataClassName, ClassPolicies>, context: AccessContext) {
    this.policies = policies;
    this.context = context;
  }

  decide(requirement: Requirement, record: ResourceAttributes | null, maskable = false): Answer {
    return answerOf(this.resolve(requirement), record === null ? () => 0 : levelFor(record, maskable));
  }

  answers(requirement: Requirement, maskable = false): readonly Answer[] {
    return this.answersBy(requirement, (rules) => openLevels(rules, maskable));
  }

  answersToWrite(requirement: Requirement, mutation: string): readonly Answer[] {
    return this.answersBy(requirement, ({ write }) => WRITE_LEVELS[write(mutation).outcome]);
  }

  possible(requirement: Requirement, maskable = false): boolean {
    const groups = this.resolve(requirement);
    return groups.length > 0 && groups.every((group) => levelOfGroup(group, highestLevel(maskable)) > 0);
  }

  unmet(requirement: Requirement, record: ResourceAttributes | null | undefined, maskable = false): Requirement {
    if (record === null) return requirement;
    return this.below(requirement, record === undefined ? highestLevel(maskable) : levelFor(record, maskable));
  }

  accesses(requirement: Requirement, record: ResourceAttributes | undefined, maskable = false): readonly Access[] {
    const levelOf = record === undefined ? highestLevel(maskable) : levelFor(record, maskable);
    return this.resolve(requirement).flatMap(({ sets }) => {
      const levels = sets.map((set) => levelOfSet(set, levelOf));
      const level = Math.max(...levels) as Level;
      const set = sets[levels.indexOf(level)] ?? [];
      // Whether a fact is there must not show in the ledger either.
      return set.map(({ name, tellsFact }) => ({ dataClass: name, answer: tellsFact ? 'asked' : LOOK_ANSWERS[level] }));
    });
  }

  unmetToWrite(requirement: Requirement, record: ResourceAttributes | undefined, mutation?: string): Requirement {
    return this.below(requirement, ({ write }) => {
      const permission = write(mutation);
      return (record === undefined ? permission.outcome !== 'never' : permission.test(record)) ? 2 : 0;
    });
  }

  refusal(requirement: Requirement): 'DENIED' | 'ABSENT' {
    const groups = this.resolve(requirement);
    return groups.length > 0 && groups.every(({ saysSo }) => saysSo) ? 'DENIED' : 'ABSENT';
  }

  rows(requirement: Requirement, columns: Columns): SqlCondition | null {
    const groups = this.resolve(requirement);
    const rows = groups
      .map(({ sets }) =>
        sets.map((set) => set.map(({ read }) => read.rows(columns)).reduce(and, TRUE)).reduce(or, FALSE),
      )
      .reduce(and, groups.length > 0 ? TRUE : FALSE);
    return rows === FALSE ? null : rows;
  }

  private answersBy(requirement: Requirement, open: (rules: ClassRules) => readonly Level[]): readonly Answer[] {
    const groups = this.resolve(requirement);
    const levels = classesOf(requirement).map((name) => [name, open(this.of(name))] as const);
    const found = combinations(levels).map((chosen) => answerOf(groups, ({ name }) => chosen.get(name) ?? 0));
    return ANSWERS.filter((answer) => found.includes(answer));
  }

  private below(requirement: Requirement, levelOf: LevelOf): Requirement {
    const groups = this.resolve(requirement);
    return requirement.filter((_, index) => levelOfGroup(groups[index] ?? NOBODY, levelOf) === 0);
  }

  private resolve(requirement: Requirement): readonly ResolvedGroup[] {
    let groups = this.resolved.get(requirement);
    if (groups === undefined) {
      groups = requirement.map((sets) => {
        const resolved = sets.filter((set) => set.length > 0).map((set) => set.map((name) => this.of(name)));
        return { sets: resolved, saysSo: resolved.length > 0 && resolved.flat().every(({ saysSo }) => saysSo) };
      });
      this.resolved.set(requirement, groups);
    }
    return groups;
  }

  private of(name: DataClassName): ClassRules {
    let rules = this.classes.get(name);
    if (rules === undefined) {
      const policies = this.policies.get(name);
      rules = policies === undefined ? unlisted(name) : residualPolicies(policies, this.context);
      this.classes.set(name, rules);
    }
    return rules;
  }
}

const NOBODY: ResolvedGroup = { sets: [], saysSo: false };

function answerOf(groups: readonly ResolvedGroup[], levelOf: LevelOf): Answer {
  // Nothing meets a requirement that names nothing.
  let level: Level = groups.length > 0 ? 2 : 0;
  let saysSo = groups.length > 0;
  for (const group of groups) {
    const own = levelOfGroup(group, levelOf);
    if (own === 0) saysSo &&= group.saysSo;
    if (own < level) level = own;
  }
  if (level === 0) return saysSo ? 'DENIED' : 'ABSENT';
  return level === 2 ? 'CLEAR' : 'MASKED';
}

/** How far a class may go, by record. */
function openLevels({ read, readMasked }: ClassRules, maskable: boolean): readonly Level[] {
  const masked = maskable ? readMasked.outcome : 'never';
  if (read.outcome === 'always') return [2];
  return [
    ...(read.outcome === 'residual' ? [2 as const] : []),
    ...(masked !== 'never' ? [1 as const] : []),
    ...(masked !== 'always' ? [0 as const] : []),
  ];
}

const WRITE_LEVELS: Readonly<Record<Permission['outcome'], readonly Level[]>> = {
  always: [2],
  residual: [2, 0],
  never: [0],
};

/** Every way to choose one level for each class. */
function combinations(
  open: readonly (readonly [DataClassName, readonly Level[]])[],
): readonly ReadonlyMap<DataClassName, Level>[] {
  return open.reduce<readonly ReadonlyMap<DataClassName, Level>[]>(
    (chosen, [name, levels]) => chosen.flatMap((one) => levels.map((level) => new Map([...one, [name, level]]))),
    [new Map()],
  );
}

const levelFor =
  (record: ResourceAttributes, maskable: boolean): LevelOf =>
  ({ read, readMasked }) =>
    read.test(record) ? 2 : maskable && readMasked.test(record) ? 1 : 0;

/** For the record that goes furthest. */
const highestLevel =
  (maskable: boolean): LevelOf =>
  ({ read, readMasked }) =>
    read.outcome !== 'never' ? 2 : maskable && readMasked.outcome !== 'never' ? 1 : 0;

const LOOK_ANSWERS = ['refused', 'masked', 'clear'] as const;

/** Any of its sets. */
function levelOfGroup({ sets }: ResolvedGroup, levelOf: LevelOf): Level {
  let level: Level = 0;
  for (const set of sets) {
    const ofSet = levelOfSet(set, levelOf);
    if (ofSet > level) level = ofSet;
  }
  return level;
}

/** As far as all of its classes go. */
function levelOfSet(set: ResolvedSet, levelOf: LevelOf): Level {
  let level: Level = 2;
  for (const rules of set) {
    const own = levelOf(rules);
    if (own < level) level = own;
  }
  return level;
}
