import type { onRequestAsyncHookHandler, onResponseHookHandler } from 'fastify';
import { failure } from '../../shared/protocol/errors';
import type { ChildIdKeys } from '../agencies/child-id-keys';
import type { AccessLedger } from '../ledger/access-ledger';
import type { AddressLimiter } from '../limits/address-limiter';

export interface AdmissionOptions {
  /** Undefined until the gateway is loaded. */
  readonly ledger: () => AccessLedger | undefined;
  readonly keys: Pick<ChildIdKeys, 'agree'>;
  readonly addresses: AddressLimiter;
}

/** Admits a request if the gateway is ready and the client's address has not been refused too often. */
export interface Admission {
  /** @throws NOT_READY, LEDGER_UNAVAILABLE, or RATE_LIMITED for an address whose requests were refused too often. */
  readonly onRequest: onRequestAsyncHookHandler;
  /** Counts for the address each request that ended without an authenticated caller. */
  readonly onResponse: onResponseHookHandler;
}

export function admission({ ledger, keys, addresses }: AdmissionOptions): Admission {
  return {
    async onRequest({ peer }) {
      const open = ledger();
      if (open === undefined || !keys.agree) throw failure('NOT_READY');
      await open.ready();
      addresses.check(peer);
    },
    onResponse({ caller, peer }, _reply, done) {
      if (caller === null) addresses.refused(peer);
      done();
    },
  };
}
