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

/** What a mutation works with. */
export interface Work<Input> {
  /** On the writer role; nothing that is done in it holds unless all of it does. */
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
 * A mutation that acts once for a caller and key, in one transaction. The same key again, at the same time or after the
 * answer was lost, answers what was done without doing it again.
 *
 * @param act changes what is there. @returns ids of it, kept with the key.
 * @param answer finds by those ids what the caller is answered, as it is now.
 * @throws IDEMPOTENCY_KEY_REUSED where the key was used for something else; and what `act` throws, with nothing written.
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
    if (work === undefined) throw new Error('There is no writer role.');
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
      // Whoever comes second with the same key waits until the first is done, or has failed.
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
    // What was looked at to decide is not what is there now.
    for (const loader of Object.values(load)) loader.clearAll();
    return answer(ids, context);
  };
}

/** Of JSON with its keys in order and without nulls: an input says the same however it is written. */
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
