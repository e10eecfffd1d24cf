import { CASES_ENDING, type Entry, isOpen, readCases } from '../../../developer-kit/cases/cases';
import { expectedAnswer, isPossible } from '../../../developer-kit/cases/expected-answer';
import { type Probe, probesOf } from '../../../developer-kit/cases/probes';
import type { Situation } from '../../../developer-kit/cases/situation';
import { SUBGRAPHS } from '../../../gateway/embedded/embedded';
import { readAgencyRules, ruleTexts } from '../../../shared/access/agency-rules';
import type { DataClassName } from '../../../shared/access/catalogue';
import { AccessRules, type Answer } from '../../../shared/access/decide';
import { agencyFiles } from '../../../shared/config/agency-files';
import { typeDefs } from '../../../shared/subgraph/schema/type-defs';
import type { AnySubgraphDefinition } from '../../../shared/subgraph/subgraph-definition';
import { remembered } from '../remembered';
import { type ChildAskedAbout, subjectOf } from './subjects';

/** An agency's rules and cases. */
export interface AgencyCases {
  readonly definition: AnySubgraphDefinition;
  readonly rules: AccessRules;
  readonly classes: readonly DataClassName[];
  readonly probes: readonly Probe[];
}

/** A child, and the situations and classes to check on it. */
export interface Inquiry {
  readonly child: ChildAskedAbout;
  readonly situations: readonly Situation[];
  readonly classes: ReadonlySet<DataClassName>;
}

/** Lists of what concerns the caller alone, whatever child is asked about: test/e2e/worklists.test.ts. */
const OF_THE_CALLER: ReadonlySet<string> = new Set(['Query.ownParts', 'Query.confirmationsWaiting']);

/** The cases of all agencies. */
export class Specification {
  readonly agencies: readonly AgencyCases[];
  private readonly entries: ReadonlyMap<DataClassName, Entry>;
  private readonly waysToChild: ReadonlyMap<string, Probe>;

  constructor() {
    const entries = new Map<DataClassName, Entry>();
    this.agencies = SUBGRAPHS.map((definition) => {
      const { agency, folder } = definition;
      const rules = readAgencyRules(agency, ruleTexts(folder));
      const cases = readCases(agencyFiles(folder, CASES_ENDING), rules.catalogue);
      for (const [dataClass, entry] of cases) entries.set(dataClass, entry);
      return {
        definition,
        rules: new AccessRules([rules]),
        classes: [...cases.keys()],
        probes: probesOf(cases, typeDefs(folder)).filter(({ labelled }) => !OF_THE_CALLER.has(labelled)),
      };
    });
    this.entries = entries;
    const probes = this.agencies.flatMap((one) => one.probes);
    this.waysToChild = new Map(probes.map((probe) => [probe.labelled, probe]));
  }

  get classes(): readonly DataClassName[] {
    return [...this.entries.keys()];
  }

  entry(dataClass: DataClassName): Entry {
    const entry = this.entries.get(dataClass);
    if (entry === undefined) throw new Error(`No agency has cases of ${dataClass}.`);
    return entry;
  }

  readonly expected = remembered(
    (dataClass: DataClassName, child: ChildAskedAbout, situation: Situation): Answer =>
      expectedAnswer(this.entry(dataClass), situation, subjectOf(child, dataClass, situation)),
  );

  /** The expected answer of a field: that of its class, unless another class closes or opens it. */
  readonly expectedAt = remembered((probe: Probe, child: ChildAskedAbout, situation: Situation): Answer => {
    const { dataClass, or, and, unless, withoutMask } = probe;
    const entry = this.entry(dataClass);
    const refused = Object.fromEntries(unless.map((column) => [column, entry.others]));
    const ofClass = expectedAnswer({ ...entry, ...refused }, situation, subjectOf(child, dataClass, situation));
    const own = ofClass === 'MASKED' && withoutMask ? entry.others : ofClass;
    for (const other of isOpen(own) ? and : []) {
      const beside = this.expected(other, child, situation);
      if (!isOpen(beside)) return beside;
    }
    if (or === undefined || isOpen(own)) return own;
    const other = this.expected(or, child, situation);
    return isOpen(other) ? other : own;
  });

  /** Whether a root field for one object is answered like a missing object because of the record alone. */
  readonly findsNothing = remembered((rootField: string, child: ChildAskedAbout, situation: Situation): boolean => {
    const coordinate = `Query.${rootField}`;
    const probe = this.waysToChild.get(coordinate);
    const finds = this.agencies.some(({ definition }) => typeof definition.records[coordinate] === 'function');
    if (probe === undefined || !finds || isOpen(this.expectedAt(probe, child, situation))) return false;
    return [probe.dataClass, probe.or].some(
      (name) => name !== undefined && isPossible(this.entry(name), situation, subjectOf(child, name, situation)),
    );
  });

  /** Whether a root field is open to the caller; agencies are not asked through a root field. */
  leadsToChild(rootField: string, child: ChildAskedAbout, situation: Situation): boolean {
    const probe = this.waysToChild.get(`Query.${rootField}`);
    return probe === undefined || isOpen(this.expectedAt(probe, child, situation));
  }
}
