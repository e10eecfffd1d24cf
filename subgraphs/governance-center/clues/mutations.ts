import { randomInt, randomUUID } from 'node:crypto';
import type { ResourceAttributes } from '../../../shared/access/compile';
import { agencyNamed } from '../../../shared/domain/agencies';
import { todayInChina } from '../../../shared/domain/dates';
import { regionLevel } from '../../../shared/domain/regions';
import { failure } from '../../../shared/protocol/errors';
import { decidedByArguments, type ResourceFinders } from '../../../shared/subgraph/guard/resource-finders';
import { byUuid } from '../by-uuid';
import { resourceOfCase } from '../cases/attributes';
import { openCaseAt } from '../cases/lock-case';
import { resourceOfChildNamed, resourceOfRegion } from '../children/attributes';
import type { Context } from '../context';
import { LONGEST_NAME, notFound, onList, optionalText, text, uuid } from '../mutations/input';
import { mutation, type Work } from '../mutations/mutation';
import { table } from '../mutations/table';
import { dueAfter } from '../procedures/duration';
import { isRecipient } from '../procedures/recipients';
import type { MutationResolvers } from '../resolvers.types';
import type { AddRecipientInput, GiveFeedbackInput, LinkClueInput, ReportClueInput } from '../schema.types';
import { announce } from '../webhooks/outbox';
import { resourceOfClue } from './attributes';

/**
 * 线索: reported by anyone who meets a child at risk, linked to a child or case, and answered with feedback to the
 * reporter (未成年人保护法 art. 11).
 */

const TAKEN_ON_IN: ReadonlySet<unknown> = new Set(['COUNTY', 'TOWN', 'VILLAGE']);

const ofClue = async ({ input }: { readonly input: { readonly clue: string } }, { load }: Context) =>
  resourceOfClue(await byUuid(load.clue, input.clue));

export const clueMutationFinders: ResourceFinders<Context> = {
  'Mutation.reportClue': decidedByArguments(({ input }: { readonly input: ReportClueInput }, context: Context) => {
    // No office of a city or province handles clues.
    if (!TAKEN_ON_IN.has(regionLevel(input.region))) {
      throw failure('CODE_UNKNOWN', undefined, { argument: 'input.region' });
    }
    return resourceOfRegion(input.region, context);
  }),
  'Mutation.linkClue': ofClue,
  'Mutation.addRecipient': ofClue,
  'Mutation.giveFeedback': ofClue,
};

export const clueMutations = {
  reportClue: mutation(async ({ transaction, input, now, practices, context }: Work<ReportClueInput>) => {
    const practice = practices.for(input.region, now);
    // A clue belongs to the child's region, whichever region it was reported in.
    const child = await childReported(input.child, context);
    const situation = onList(input.situation, practice.situations, 'situation');
    const region = child?.region ?? input.region;
    const reporter = optionalText(input.reporter, 'reporter', LONGEST_NAME);
    const contact = optionalText(input.reporterContact, 'reporterContact', LONGEST_NAME);
    const clue = {
      clue_id: randomUUID(),
      channel: onList(input.channel, practice.channels, 'channel'),
      situation,
      recipients: (practice.recipients[situation] ?? []).map(agencyNamed),
      facts: text(input.facts, 'facts'),
      received_at: now,
      region,
      reported_region: input.region,
      child_id: child?.child ?? null,
      feedback_due: dueAfter(now, practice.feedback, practices.calendar),
      receipt_number: receiptNumber(now),
    };
    await table(transaction, 'clue').insert(clue);
    if (reporter !== null || contact !== null) {
      await table(transaction, 'clue_reporter').insert({ clue_id: clue.clue_id, reporter: reporter ?? '', contact });
    }
    await announce(transaction, { kind: 'CLUE_REPORTED', subject: 'CLUE', id: clue.clue_id, region }, now);
    return { clue_id: clue.clue_id };
  }, answerClue),

  linkClue: mutation(async ({ transaction, input, now, context }: Work<LinkClueInput>) => {
    const clues = table(transaction, 'clue').where({ clue_id: uuid(input.clue, 'clue') });
    const clue = await clues.clone().forUpdate().first();
    if (input.child == null && input.case == null) {
      throw failure('BAD_USER_INPUT', 'Name a child or a case.', { argument: 'input.child' });
    }
    // The caller may link only a child and case that they may know of.
    if (input.child != null) {
      if (!context.reads('Child.region', await resourceOfChildNamed(input.child, context))) throw notFound('child');
    }
    if (input.case != null) {
      const row = await byUuid(context.load.case, input.case);
      if (!context.reads('Case.id', resourceOfCase(row))) throw notFound('case');
      await openCaseAt(transaction, context, input.case);
    }
    // A clue cannot be moved to another case or child.
    const case_id = input.case?.toLowerCase() ?? clue.case_id;
    const child_id = input.child ?? clue.child_id;
    if ((clue.case_id ?? case_id) !== case_id || (clue.child_id ?? child_id) !== child_id) {
      throw failure('ALREADY_SETTLED', 'The clue already belongs to another child or case.');
    }
    await clues.update({ child_id, case_id });
    await announce(transaction, { kind: 'CLUE_LINKED', subject: 'CLUE', id: clue.clue_id, region: clue.region }, now);
    return { clue_id: clue.clue_id };
  }, answerClue),

  addRecipient: mutation(async ({ transaction, input, now }: Work<AddRecipientInput>) => {
    if (!isRecipient(input.agency)) {
      throw failure('BAD_USER_INPUT', 'The centre works on every clue already.', { argument: 'input.agency' });
    }
    const clues = table(transaction, 'clue').where({ clue_id: uuid(input.clue, 'clue') });
    const { clue_id, region, recipients } = await clues.clone().forUpdate().first();
    const agency = agencyNamed(input.agency);
    if (recipients.includes(agency)) throw failure('ALREADY_SETTLED', 'The agency already receives the clue.');
    await clues.update({ recipients: [...recipients, agency] });
    await announce(transaction, { kind: 'RECIPIENT_ADDED', subject: 'CLUE', id: clue_id, region }, now);
    return { clue_id };
  }, answerClue),

  giveFeedback: mutation(async ({ transaction, input, now }: Work<GiveFeedbackInput>) => {
    const feedback = text(input.feedback, 'feedback');
    const clues = table(transaction, 'clue').where({ clue_id: uuid(input.clue, 'clue') });
    const clue = await clues.clone().forUpdate().first();
    if (clue.feedback_at !== null) throw failure('ALREADY_SETTLED');
    await clues.update({ feedback_at: now, feedback });
    await announce(
      transaction,
      { kind: 'FEEDBACK_GIVEN', subject: 'CLUE', id: clue.clue_id, region: clue.region },
      now,
    );
    return { clue_id: clue.clue_id };
  }, answerClue),
} satisfies Partial<MutationResolvers>;

/**
 * The reported child, on the caller's line of regions; null for any other, so that a report does not tell whether there
 * is such a child.
 */
async function childReported(child: string | null | undefined, context: Context): Promise<ResourceAttributes | null> {
  const record = child == null ? null : await resourceOfChildNamed(child, context);
  return record !== null && context.reads('Query.clueReceipt', record) ? record : null;
}

function answerClue({ clue_id }: { readonly clue_id: string }, { load }: Context) {
  return load.clue.load(clue_id);
}

/** Letters and digits that are not confused on paper or on the telephone. */
const ALPHABET = '23456789ABCDEFGHJKMNPQRSTUVWXYZ';

/** `XS-20261122-7F3K9QTA`: random, so it cannot be guessed by counting. */
function receiptNumber(now: Date): string {
  const letters = Array.from({ length: 8 }, () => ALPHABET[randomInt(ALPHABET.length)]);
  return `XS-${todayInChina(now.getTime()).replaceAll('-', '')}-${letters.join('')}`;
}
