import { z } from 'zod';
import { AGENCIES, enumName } from '../../../shared/domain/agencies';

/** The centre works on every clue, so it is no recipient. */
const RECIPIENTS = AGENCIES.filter((agency) => agency !== 'governance-center').map(enumName);

export const isRecipient = (agency: string): boolean => RECIPIENTS.includes(agency);

/** Agencies that receive clues, by situation, the lead first: `{ 严重欺凌: ['EDUCATION', 'PUBLIC_SECURITY'] }`. */
export const recipientsBySituation = z.record(
  z.string(),
  z
    .array(z.string().refine(isRecipient, 'must be an agency other than the centre'))
    .min(1)
    .refine((all) => new Set(all).size === all.length, 'must differ'),
);

/** Situations without recipients, and recipients of situations that are not on the list, with the path of each fault. */
export function recipientFaults(
  situations: readonly string[],
  recipients: z.infer<typeof recipientsBySituation>,
): readonly { readonly path: readonly string[]; readonly message: string }[] {
  return [
    ...situations
      .filter((one) => !Object.hasOwn(recipients, one))
      .map((one) => ({ path: ['recipients'], message: `${one} has no recipient` })),
    ...Object.keys(recipients)
      .filter((one) => !situations.includes(one))
      .map((one) => ({ path: ['recipients', one], message: 'is not one of the situations' })),
  ];
}
