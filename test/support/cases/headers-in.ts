import type { Situation } from '../../../developer-kit/cases/situation';
import type { Reference } from '../../../shared/domain/purpose';
import type { TestIdentityProvider } from '../identity-provider';

const REASON = '接报儿童走失，需立即核实身份与住址';

/** The headers of a request in a situation: a token, a purpose, and a reference or reason. */
export function headersIn(
  identityProvider: TestIdentityProvider,
  { caller, purpose, reasonGiven }: Situation,
  reference: Reference | null,
): Record<string, string> {
  return {
    authorization: `Bearer ${identityProvider.token({ ...caller })}`,
    'access-purpose': purpose,
    ...(reference && { 'access-reference': `${reference.kind}/${reference.id}` }),
    ...(reasonGiven && { 'access-reason': encodeURIComponent(REASON) }),
  };
}
