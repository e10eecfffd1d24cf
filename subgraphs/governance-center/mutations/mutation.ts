import { createHash } from 'node:crypto';
import type { GraphQLResolveInfo } from 'graphql';
import type { Knex } from 'knex';
import type { Caller } from '../../../shared/domain/caller';
import { failure } from '../../../shared/protocol/errors';
import type { Context } from '../context';
import { namedAgency } from '../named-agency';
import type { Practices } from '../procedures/practices';
import type { Agency } from '../schema.types';
import { table } from './table';

/** The transaction, input and surroundings of a mutation. */
export interface Work<Input> {
  /** On the writer role. */
  readonly transaction: Knex.Transaction;
  readonly input: Input;
  readonly caller: Caller;
  /** The caller's agency, as the GraphQL enum Agency names it. */
  readonly agency: Agency;
  readonly now: Date;
  readonly practices: Practices;
  readonly context: Context;
}

export interface WithKey {
  readonly idempotencyKey: string;
}

const KEY = /^[A-Za-z0-9_-]{8,100}$/;

/**
 * A mutation that acts once per caller and idempotency key, in one transaction. The same key again, simultaneously or
 * after a lost answer, returns the result without acting again.
 *
 * @param act writes the change. @returns ids, stored with the key.
 * @param answer loads the answer by those ids, in its current state.
 * @throws IDEMPOTENCY_KEY_REUSED if the key was used with other input; and the errors of `act`, with nothing written.
 */
export function mutation<Input extends WithKey, Ids extends Readonly<Record<string, string>>, Answer>(
  act: (work: Work<Input>) => Promise<Ids>,
  answer: (ids: Ids, context: Context) => Promise<Answer>,
) {
  return async (
    _: unknown,
    { input }: { readonly input: Input },
    context: Context,
    { fieldName }: GraphQLResolveInfo,
  ): Promise<Answer> => {
    const { access, work, settings, now, load } = context;
    if (work === undefined) throw new Error('This subgraph has no writer role.');
    const { idempotencyKey: key, ...rest } = input;
    if (!KEY.test(key)) {
      throw failure(
        'BAD_USER_INPUT',
        'An idempotency key must have 8 to 100 letters, digits, hyphens and underscores.',
        {
          argument: 'input.idempotencyKey',
        },
      );
    }
    const key_hash = hash([key, access.caller.agency, access.caller.sub]);
    const input_hash = hash([key, fieldName, rest]);
    const ids = await work.transaction(async (transaction) => {
      // A second request with the same key waits until the first has succeeded or failed.
      await transaction.raw('select pg_advisory_xact_lock(hashtextextended(?, 0))', [key_hash]);
      const keys = () => table(transaction, 'mutation_key');
      const done = await keys().where({ key_hash }).first('input_hash', 'result');
      if (done !== undefined) {
        if (done.input_hash !== input_hash) throw failure('IDEMPOTENCY_KEY_REUSED');
        return done.result as Ids;
      }
      const result = await act({
        transaction,
        input,
        caller: access.caller,
        agency: namedAgency(access.caller.agency),
        now,
        practices: settings.practices,
        context,
      });
      await keys().insert({ key_hash, mutation: fieldName, input_hash, result, acted_at: now });
      return result;
    });
    // The loaders contain rows from before the change.
    for (const loader of Object.values(load)) loader.clearAll();
    return answer(ids, context);
  };
}

/** A hash of JSON with sorted keys and without nulls, so that equal inputs have equal hashes. */
function hash(value: unknown): string {
  const text = JSON.stringify(value, (_, part) =>
    typeof part === 'object' && part !== null && !Array.isArray(part)
      ? Object.fromEntries(
          Object.entries(part)
            .filter(([, one]) => one !== null)
            .sort(([a], [b]) => (a < b ? -1 : 1)),
        )
      : part,
  );
  return createHash('sha256').update(text).digest('base64url');
}
