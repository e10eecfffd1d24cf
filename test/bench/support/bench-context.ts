import { type Agency, isAgency } from '../../../shared/domain/agencies';
import type { AccessContext, ContextVerifier } from '../../../shared/protocol/context-token';
import { demoCaller } from '../../support/identity-provider';

/** The caller of the measured requests, the same for every gateway, so agencies give all gateways the same answers. */
export const BENCH_CALLER = 'county-case-worker';
export const BENCH_PURPOSE = 'RISK_ASSESSMENT';

/** The token that other gateways send an agency instead of a signed context. */
export const benchToken = (agency: Agency): string => `bench-${agency}`;

/** The tokens of all agencies by name, for the configuration of other gateways. */
export function benchAuthorizations(agencies: readonly string[]): Readonly<Record<string, string>> {
  return Object.fromEntries(agencies.filter(isAgency).map((agency) => [agency, `Bearer ${benchToken(agency)}`]));
}

/** Also accepts the bench's token of the agency. */
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
