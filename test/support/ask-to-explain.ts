import { type AskOptions, headersOf, type Reply, type TestSystem } from './system';

/** Sends a body to POST /access/explain, by default as `withDefaults` says. */
export async function askToExplain(
  { url, identityProvider }: TestSystem,
  body: unknown,
  options: AskOptions = {},
): Promise<Reply> {
  const response = await fetch(url.replace('/graphql', '/access/explain'), {
    method: 'POST',
    body: JSON.stringify(body),
    headers: {
      'content-type': 'application/json',
      ...headersOf(identityProvider, options),
    },
  });
  const text = await response.text();
  return { status: response.status, headers: response.headers, text, body: JSON.parse(text) };
}
