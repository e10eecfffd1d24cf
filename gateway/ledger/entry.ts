import { isIP } from 'node:net';
import { z } from 'zod';
import { CHILD_ID } from '../../shared/domain/child-id';
import type { LedgerEntry, RecordedAccess, RecordedEntry } from '../../shared/protocol/ledger-entry';

/** Characters that PostgreSQL's text cannot store unchanged: NUL and lone surrogates. */
const UNKEEPABLE = /[\0\p{Surrogate}]/u;
const text = z.string().refine((value) => !UNKEEPABLE.test(value));
// Agencies, roles and purposes may be any text: an entry must stay readable years after a list has changed.
const name = text.min(1);

const look = z.strictObject({
  agency: name,
  dataClass: name,
  answer: z.enum(['clear', 'masked', 'refused', 'asked', 'unavailable', 'written']),
  children: z.union([z.literal('all'), z.array(z.int().nonnegative())]),
});

/** 32 bytes in base64url: too long for a personal number. */
const DIGEST = /^[\w-]{43}$/;

const ofEveryVersion = {
  requestId: z.uuid(),
  caller: z.strictObject({ id: name, agency: name, roles: z.array(name), region: name }).nullable(),
  purpose: name.nullable(),
  reference: text.nullable(),
  approvedBy: text.nullable(),
  operation: z.strictObject({
    kind: z.enum(['query', 'mutation']).nullable(),
    name: text.nullable(),
    hash: text.nullable(),
  }),
  rules: text,
  children: z.array(z.string().regex(CHILD_ID)),
  looks: z.array(look),
  emergency: z.strictObject({ reason: text, uses: z.array(text) }).nullable(),
  outcome: z.strictObject({ status: z.int(), codes: z.array(text) }).nullable(),
  milliseconds: z.number().nonnegative().nullable(),
};

const entry = z
  .discriminatedUnion('v', [
    z.strictObject({ v: z.literal(1), stage: z.enum(['begun', 'ended']), ...ofEveryVersion }),
    z.strictObject({
      v: z.literal(2),
      stage: z.enum(['begun', 'ended', 'refused']),
      time: z.iso.datetime({ precision: 3 }),
      peer: z.string().refine(isPeer).nullable(),
      requests: z.int().positive(),
      lookups: z.strictObject({ asked: z.int().nonnegative(), missed: z.array(z.string().regex(DIGEST)) }).nullable(),
      ...ofEveryVersion,
    }),
  ])
  .refine(({ children }) => new Set(children).size === children.length)
  .refine(({ children, looks }) =>
    looks.every((each) => each.children === 'all' || each.children.every((index) => index < children.length)),
  );

/** @returns the path of a malformed part, without its value; undefined for a well-formed entry. */
export function entryFault(value: unknown): string | undefined {
  const issue = entry.safeParse(value).error?.issues[0];
  return issue && `${issue.path.join('.') || 'it'}: ${issue.code}`;
}

/** A cheap check of an entry of known type, for the faults that types do not exclude. */
export function faultOf(entry: LedgerEntry): string | undefined {
  const { children, looks } = entry;
  if (!children.every((child) => CHILD_ID.test(child)) || new Set(children).size < children.length) return 'children';
  const named = (about: RecordedAccess['children']) =>
    about === 'all' || about.every((index) => index < children.length);
  if (!looks.every((one) => named(one.children))) return 'looks';
  const { caller, reference, approvedBy, operation, emergency, peer, lookups } = entry;
  if (peer != null && !isPeer(peer)) return 'peer';
  if (lookups?.missed.every((digest) => DIGEST.test(digest)) === false) return 'lookups';
  const texts = [caller?.id, reference, approvedBy, operation.name, emergency?.reason];
  return texts.some((one) => one != null && UNKEEPABLE.test(one)) ? 'text' : undefined;
}

/** Columns for searching, copied from the body. */
export interface EntryColumns {
  readonly request_id: string;
  readonly stage: string;
  readonly caller: string | null;
  readonly caller_agency: string | null;
  readonly caller_region: string | null;
  readonly purpose: string | null;
  readonly children: readonly string[];
  readonly owners: readonly string[];
  readonly status: number | null;
}

export function columnsOf({
  requestId,
  stage,
  caller,
  purpose,
  children,
  looks,
  outcome,
}: RecordedEntry): EntryColumns {
  return {
    request_id: requestId,
    stage,
    caller: caller?.id ?? null,
    caller_agency: caller?.agency ?? null,
    caller_region: caller?.region ?? null,
    purpose,
    children,
    owners: [...new Set(looks.map(({ agency }) => agency))].sort(),
    status: outcome?.status ?? null,
  };
}

// Private:

/** An IP address, or a class of them in CIDR notation. */
function isPeer(peer: string): boolean {
  const [address = '', bits, ...more] = peer.split('/');
  return isIP(address) > 0 && more.length === 0 && (bits === undefined || /^\d{1,3}$/.test(bits));
}
