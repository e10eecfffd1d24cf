import { classesOf, type Requirement } from '../../../shared/access/labels';
import { REGION } from '../../access-matrix/sample-requests';
import type { Graph } from '../graph';
import type { ReadAgency } from '../read-agency';
import { answerOfCase, contextOfCase, resourceOfCase } from './case-answers';
import type { Tuple } from './products';
import { LEVEL, type Told } from './question';
import { REGIONS } from './record-space';
import type { SampleRequest } from './sample-request';

/** What the owner's schema requires for a field, and what the composed graph requires. */
export interface ComposedRequirement {
  readonly own: Requirement;
  readonly composed: Requirement;
  readonly maskable: boolean;
  readonly owner: ReadAgency;
}

/** A composed answer that shows less than the owner's cases state, with everybody who gets it. */
export interface NarrowerAnswer {
  readonly stated: Told;
  readonly given: Told;
  /** Role, agency, statement and region of the record. */
  readonly tuples: readonly Tuple[];
}

/** Cases are about records in the region and beyond. */
export const CASE_REGIONS = REGIONS.slice(0, 2);

/** Asks the composed rules what the owner's cases state. @param askings that the cases cover. */
export function narrowerAnswers(
  requirement: ComposedRequirement,
  askings: readonly SampleRequest[],
  { rules }: Graph,
  agencies: readonly ReadAgency[],
): readonly NarrowerAnswer[] {
  const { own, composed, maskable, owner } = requirement;
  const records = CASE_REGIONS.map(({ name, value }) => ({
    region: name,
    record: recordOf(requirement, agencies, String(value({ agency: owner.agency, region: REGION }))),
  }));
  const found = new Map<string, NarrowerAnswer & { readonly tuples: Tuple[] }>();
  for (const asking of askings) {
    const decisions = rules.decisionsFor(contextOfCase(classesOf(own)[0] ?? '', asking));
    for (const { region, record } of records) {
      const given = decisions.decide(composed, record, maskable);
      if (given === 'CLEAR') continue;
      const stated = statedAnswer(requirement, asking, record);
      if (LEVEL[given] >= LEVEL[stated]) continue;
      const known = found.get(`${stated} ${given}`) ?? { stated, given, tuples: [] };
      found.set(`${stated} ${given}`, known);
      known.tuples.push([asking.role, asking.agency, asking.stating.name, region]);
    }
  }
  return [...found.values()];
}

// Private:

/** The record of the cases of every class that the field requires; the owner's cases prevail. */
function recordOf({ own, composed, owner }: ComposedRequirement, agencies: readonly ReadAgency[], region: string) {
  const records = [...classesOf(composed), ...classesOf(own)].flatMap((name) => {
    const agency = agencies.find(({ cases }) => cases?.entries.has(name));
    const entry = agency?.cases?.entries.get(name);
    return agency === undefined || entry === undefined ? [] : [resourceOfCase(entry, agency, region)];
  });
  return Object.assign({}, resourceOfCase({ record: {} }, owner, region), ...records, { region });
}

/** A requirement is met by all groups, a group by one of its sets, and a set by all its classes. */
function statedAnswer(
  { own, owner, maskable }: ComposedRequirement,
  asking: SampleRequest,
  record: ReturnType<typeof recordOf>,
): Told {
  const answerOf = (name: string): Told => {
    const entry = owner.cases?.entries.get(name);
    const answer = entry === undefined ? 'DENIED' : answerOfCase(name, entry, asking, record).answer;
    return answer === 'MASKED' && !maskable ? 'DENIED' : answer;
  };
  const least = (answers: readonly Told[]) => answers.toSorted((a, b) => LEVEL[a] - LEVEL[b])[0] ?? 'CLEAR';
  const most = (answers: readonly Told[]) => answers.toSorted((a, b) => LEVEL[b] - LEVEL[a])[0] ?? 'DENIED';
  return least(own.map((sets) => most(sets.map((set) => least(set.map(answerOf))))));
}
