import type { Explanation } from '../../gateway/explain/explain-answer';
import type { errorBody } from '../../shared/protocol/errors';
import type { ExplainArguments } from './arguments';

/**
 * Asks the running system, as the caller, for the answer to a field of one child.
 *
 * @throws if the system does not answer, or refuses.
 */
export async function askAboutChild(asked: ExplainArguments, token: string): Promise<Explanation> {
  const { url, headers, field, child } = asked;
  const response = await fetch(new URL('/access/explain', url), {
    method: 'POST',
    headers: { ...headers, 'content-type': 'application/json', authorization: `Bearer ${token}` },
    body: JSON.stringify({ field, child }),
  }).catch(() => {
    throw new Error(`No gateway answers at ${url}: --child needs a running system (npm start, --url).`);
  });
  const body = (await response.json()) as Explanation | ReturnType<typeof errorBody>;
  if (!('errors' in body)) return body;
  const [error] = body.errors;
  throw new Error(`The gateway refuses: ${error?.extensions.code}. ${error?.message}`);
}

/** `For this child: DENIED (Child.bullyingReports, education.bullying)` */
export function childInText({ answers, denied, unavailable }: Explanation): string {
  const refused = denied.map(({ coordinate, dataClass }) => `${coordinate}, ${dataClass}`);
  const missing = unavailable.map(({ agency, reason }) => `${agency}, ${reason}`);
  const details = [...refused, ...missing].join('; ');
  return `For this child: ${answers.join(' and ')}${details === '' ? '' : ` (${details})`}`;
}
