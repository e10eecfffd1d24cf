import { type Agency, isAgency } from '../../../shared/domain/agencies';
import type { AccessContext, ContextVerifier } from '../../../shared/protocol/context-token';
import { demoCaller } from '../../support/identity-provider';

/** Whose requests are measured: the same caller for every gateway, so that agencies give every gateway the same answer. */
export const BENCH_CALLER = 'county-case-worker';
export const BENCH_PURPOSE = 'RISK_ASSESSMENT';

/** What other gateways send an agency in the place of a signed context, which they cannot make. */
export const benchToken = (agency: Agency): string => `bench-${agency}`;

/** Of all agencies, by their names: what other gateways are configured with. */
export function benchAuthorizations(agencies: readonly string[]): Readonly<Record<string, string>> {
  return Object.fromEntries(agencies.filter(isAgency).map((agency) => [agency, `Bearer ${benchToken(agency)}`]));
}

/** Knows the bench's own token of the agency besides what `verify` accepts. */
export function withBenchToken(agency: Agency, verify: ContextVerifier): ContextVerifier {
  const token = benchToken(agency);
  const context: AccessContext = Object.freeze({
    caller: Object.freeze(demoCaller(BENCH_CALLER)),
    purpose: BENCH_PURPOSE,
    reference: null,
    grant: null,
    reasonGiven: false,
  });
  return (presented) => (presented === token ? context : verify(presented));
}
