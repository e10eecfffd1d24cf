import { contextKeyFault } from './context-token';
import type { Environment } from './environment';

/** `CONTEXT_PRIVATE_KEY`, which the gateway signs contexts with, or `CONTEXT_PUBLIC_KEY`, which agencies verify them with. */
export function contextKeySetting(environment: Environment, kind: 'private' | 'public'): string {
  const name = `CONTEXT_${kind.toUpperCase()}_KEY`;
  const key = environment.requiredSecret(name, `the ${kind} key, P-256 in PEM, of the signed context.`);
  const fault = key === '' ? undefined : contextKeyFault(key, kind);
  if (fault !== undefined) environment.fault(`${name} ${fault}`);
  return key;
}
