import { COVERS_NOTHING } from '../../../shared/access/grant';
import { type Agency, isAgency } from '../../../shared/domain/agencies';
import type { AccessContext, ContextVerifier } from '../../../shared/protocol/context-token';
import { demoCaller } from '../../support/identity-provider';
import { BENCH_CALLER, BENCH_CASE } from './bench-case';

const PURPOSE = 'CASE_HANDLING';

/** The purpose and the reference of the measured requests. */
export const BENCH_HEADERS = { 'access-purpose': PURPOSE, 'access-reference': `case/${BENCH_CASE}` } as const;

/** The token that other gateways send an agency instead of a signed context. */
export const benchToken = (agency: Agency): string => `bench-${agency}`;

/** The tokens of all agencies by name, for the configuration of other gateways. */
export function benchAuthorizations(agencies: readonly string[]): Readonly<Record<string, string>> {
  return Object.fromEntries(agencies.filter(isAgency).map((agency) => [agency, `Bearer ${benchToken(agency)}`]));
}

/**
 * Also accepts the bench's token of the agency, for the context that our gateway signs, so agencies give all gateways
 * the same answers. @param children of the bench's case, known by the first request.
 */
export function withBenchToken(
  agency: Agency,
  verify: ContextVerifier,
  children: () => readonly string[],
): ContextVerifier {
  const token = benchToken(agency);
  let context: AccessContext | null = null;
  return (presented) => {
    if (presented !== token) return verify(presented);
    context ??= contextFor(children());
    return context;
  };
}

function contextFor(children: readonly string[]): AccessContext {
  return {
    caller: demoCaller(BENCH_CALLER),
    purpose: PURPOSE,
    reference: { kind: 'case', id: BENCH_CASE },
    grant: { ...COVERS_NOTHING, kind: 'case', children, cases: [BENCH_CASE] },
    reasonGiven: false,
  };
}
