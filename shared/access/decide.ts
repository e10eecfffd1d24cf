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

/** How a field is answered. The caller cannot distinguish ABSENT from missing data; DENIED is a visible refusal. */
export const ANSWERS = ['CLEAR', 'MASKED', 'DENIED', 'ABSENT'] as const;

export type Answer = (typeof ANSWERS)[number];

/** The rules, partially evaluated for one kind of caller, purpose and grant. */
export interface Decisions {
  /**
   * @param record null if there is no such record.
   * @param maskable whether the field has a mask; without one, a masked answer becomes a refusal.
   */
  decide(requirement: Requirement, record: ResourceAttributes | null, maskable?: boolean): Answer;
  /**
   * The answers that records could still get, the most permissive first; a single one applies to every record. Treats
   * data classes as independent, so it may include an answer that no record gets.
   */
  answers(requirement: Requirement, maskable?: boolean): readonly Answer[];
  /** The possible answers to one mutation; CLEAR means that it may run. */
  answersToWrite(requirement: Requirement, mutation: string): readonly Answer[];
  /** Whether any record could be answered clear or masked. */
  possible(requirement: Requirement, maskable?: boolean): boolean;
  /** The rows of a list that are answered in clear, as a SQL condition on its columns; null for none. */
  rows(requirement: Requirement, columns: Columns): SqlCondition | null;
  /** The answer to a requirement that is not met: ABSENT if any of its classes is silent, otherwise DENIED. */
  refusal(requirement: Requirement): 'DENIED' | 'ABSENT';
  /** Whether a silent refusal would reveal a fact of the record, because it depends on more than whose it is. */
  tellsFact(requirement: Requirement): boolean;
  /**
   * The parts of a requirement that are not met.
   *
   * @param record undefined for the parts that no record can meet.
   */
  unmet(requirement: Requirement, record: ResourceAttributes | null | undefined, maskable?: boolean): Requirement;
  /**
   * The decision about each data class of a requirement, for the access ledger; of alternatives, the most permissive
   * one.
   *
   * @param record undefined for a record with the most permissive decision, as are all rows of a list that SQL has
   *   filtered.
   */
  accesses(requirement: Requirement, record: ResourceAttributes | undefined, maskable?: boolean): readonly Access[];
  /** The parts of a requirement that are not met for writing: for one mutation, or for any if none is named. */
  unmetToWrite(requirement: Requirement, record: ResourceAttributes | undefined, mutation?: string): Requirement;
}

const REMEMBERED_PROFILES = 1_000;

/** The rules of one agency (in a subgraph) or of all agencies (in the gateway). */
export class AccessRules {
  private readonly policies: ReadonlyMap<DataClassName, ClassPolicies>;
  private readonly byProfile: LRUCache<string, Decisions>;
  private readonly byContext = new WeakMap<AccessContext, Decisions>();

  constructor(agencies: readonly AgencyRules[], { profiles = REMEMBERED_PROFILES } = {}) {
    this.policies = new Map(agencies.flatMap(policiesByClass).map((policies) => [policies.name, policies]));
    this.byProfile = new LRUCache({ max: profiles });
  }

  /** Callers with the same roles, agency, region, purpose, reason and grant share one partial evaluation. */
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

  /** The parts of rules that cannot filter this list in SQL, whatever the request; one line each. */
  translationFaults(requirement: Requirement, columns: Columns): readonly string[] {
    return classesOf(requirement).flatMap((dataClass) =>
      (this.policies.get(dataClass)?.byAction.read ?? []).flatMap(({ id, file, line, condition }) => {
        const fault = translationFault(condition, columns);
        return fault === undefined ? [] : [`Rule "${id}" (${file}:${line}) cannot filter in SQL by ${fault}.`];
      }),
    );
  }
}

/** The parts of a request that rules may read, as a cache key. */
export function profileOf({ caller, purpose, reasonGiven, grant }: AccessContext): string {
  return JSON.stringify([[...caller.roles].sort(), caller.agency, caller.region, purpose, reasonGiven, grant]);
}

// Private:

/** The level of access that a rule gives: none, masked, clear. */
type Level = 0 | 1 | 2;

/** Met if all of its classes are. */
type ResolvedSet = readonly ClassRules[];

/** Met if any of its sets is. */
interface ResolvedGroup {
  readonly sets: readonly ResolvedSet[];
  /** True if the refusals of all its classes are visible to the caller. */
  readonly refusalIsVisible: boolean;
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
      // Nor may the ledger reveal whether a fact exists.
      return set.map(({ name, tellsFact }) => ({ dataClass: name, answer: tellsFact ? 'asked' : LOOK_ANSWERS[level] }));
    });
  }

  unmetToWrite(requirement: Requirement, record: ResourceAttributes | undefined, mutation?: string): Requirement {
    return this.below(requirement, ({ write }) => {
      const permission = write(mutation);
      return (record === undefined ? permission.outcome !== 'never' : permission.test(record)) ? 2 : 0;
    });
  }

  tellsFact(requirement: Requirement): boolean {
    return this.resolve(requirement).some(({ sets }) => sets.flat().some(({ tellsFact }) => tellsFact));
  }

  refusal(requirement: Requirement): 'DENIED' | 'ABSENT' {
    const groups = this.resolve(requirement);
    return groups.length > 0 && groups.every(({ refusalIsVisible }) => refusalIsVisible) ? 'DENIED' : 'ABSENT';
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
        return {
          sets: resolved,
          refusalIsVisible: resolved.length > 0 && resolved.flat().every(({ refusalIsVisible }) => refusalIsVisible),
        };
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

const NOBODY: ResolvedGroup = { sets: [], refusalIsVisible: false };

function answerOf(groups: readonly ResolvedGroup[], levelOf: LevelOf): Answer {
  // An empty requirement is never met.
  let level: Level = groups.length > 0 ? 2 : 0;
  let refusalIsVisible = groups.length > 0;
  for (const group of groups) {
    const own = levelOfGroup(group, levelOf);
    if (own === 0) refusalIsVisible &&= group.refusalIsVisible;
    if (own < level) level = own;
  }
  if (level === 0) return refusalIsVisible ? 'DENIED' : 'ABSENT';
  return level === 2 ? 'CLEAR' : 'MASKED';
}

/** The levels of access to a class that records could get. */
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

/** All combinations of one level per class. */
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

/** The level of the record with the most permissive decision. */
const highestLevel =
  (maskable: boolean): LevelOf =>
  ({ read, readMasked }) =>
    read.outcome !== 'never' ? 2 : maskable && readMasked.outcome !== 'never' ? 1 : 0;

const LOOK_ANSWERS = ['refused', 'masked', 'clear'] as const;

/** The highest level of its sets. */
function levelOfGroup({ sets }: ResolvedGroup, levelOf: LevelOf): Level {
  let level: Level = 0;
  for (const set of sets) {
    const ofSet = levelOfSet(set, levelOf);
    if (ofSet > level) level = ofSet;
  }
  return level;
}

/** The lowest level of its classes. */
function levelOfSet(set: ResolvedSet, levelOf: LevelOf): Level {
  let level: Level = 2;
  for (const rules of set) {
    const own = levelOf(rules);
    if (own < level) level = own;
  }
  return level;
}
