import { contextKeyFault, publicKeysIn } from '../protocol/context-token';
import type { Environment } from './environment';

/**
 * Reads `CONTEXT_PRIVATE_KEY`, with which the gateway signs contexts, or `CONTEXT_PUBLIC_KEY`, with which agencies verify
 * them: one public key or two.
 */
export function contextKeySetting(environment: Environment, kind: 'private' | 'public'): string {
  const name = `CONTEXT_${kind.toUpperCase()}_KEY`;
  const key = environment.requiredSecret(name, `the ${kind} key, P-256 in PEM, of the signed context.`);
  const keys = kind === 'public' ? publicKeysIn(key) : [key];
  const fault = key === '' ? undefined : keys.map((one) => contextKeyFault(one, kind)).find((one) => one !== undefined);
  if (fault !== undefined) environment.fault(`${name} ${fault}`);
  if (keys.length > 2) environment.fault(`${name} holds more than two keys.`);
  return key;
}
