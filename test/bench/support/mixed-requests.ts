import type { District } from '../../../shared/synthetic/district';
import { dutyId } from '../../../subgraphs/governance-center/duties/seed';
import type { TestIdentityProvider } from '../../support/identity-provider';
import { BENCH_HEADERS } from './bench-context';

export interface MixedRequest {
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** The mix of callers and requests of a working day, some of which are refused. */
const KINDS = [
  ['county-case-worker', 'CASE_HANDLING', 'child(id: $id) { risk { level basis } identity { fullName age } }'],
  ['county-case-worker', 'RISK_ASSESSMENT', 'children(first: 10) { nodes { id risk { level } enrolment { school } } }'],
  ['town-case-worker', 'VISIT', 'child(id: $id) { identity { fullName } household { address } lovingMother { name } }'],
  ['civil-affairs-officer', 'OWN_DUTY', 'child(id: $id) { welfare { categories reason } benefits { kind } }'],
  ['education-officer', 'OWN_DUTY', 'child(id: $id) { enrolment { school grade } attendance { month absentDays } }'],
  ['police-officer', 'OWN_DUTY', 'child(id: $id) { identity { fullName idNumber } absenceAlerts { kind raisedAt } }'],
  ['prosecutor', 'OWN_DUTY', 'child(id: $id) { protectionOrders { number kind } victimSupport { needs } }'],
  ['child-director', 'VISIT', 'child(id: $id) { identity { fullName } homeVisits { visitedAt } welfare { since } }'],
] as const;

/** The header that names the reference of a caller's request, if its purpose needs one. */
function referenceOf(district: District, caller: string, purpose: string): Readonly<Record<string, string>> {
  if (purpose === 'CASE_HANDLING') return BENCH_HEADERS;
  if (purpose === 'VISIT') return { 'access-reference': `visits/${dutyId(district, 'VISITS', caller)}` };
  return {};
}

/** One in this many requests has a rare document. */
const SELDOM = 19;

/**
 * The requests of a long run by number; all end with 200. @param texts number of rare documents, each of which is
 * planned: a multiple of the number of kinds.
 */
export function mixedRequests(
  provider: TestIdentityProvider,
  district: District,
  children: readonly string[],
  texts: number,
): (n: number) => MixedRequest {
  const headers = KINDS.map(([caller, purpose]) => ({
    authorization: `Bearer ${provider.token(caller, { expiresIn: '4h' })}`,
    'access-purpose': purpose,
    ...referenceOf(district, caller, purpose),
  }));
  return (n) => {
    const kind = n % KINDS.length;
    const [, , selection] = KINDS[kind] as (typeof KINDS)[number];
    const alias = n % SELDOM === 0 ? `of${(n / SELDOM) % texts}: ` : '';
    const variables = { id: children[n % children.length] };
    const declared = selection.includes('$id') ? '($id: ID!)' : '';
    return {
      headers: headers[kind] as MixedRequest['headers'],
      body: JSON.stringify({ query: `query Mixed${declared} { ${alias}${selection} }`, variables }),
    };
  };
}
