import type { AskOptions, Reply, TestSystem } from './system';

/** Sends a body to POST /access/explain, by default as `town-case-worker` for `RISK_ASSESSMENT`. */
export async function askToExplain(
  { url, identityProvider }: TestSystem,
  body: unknown,
  { as = 'town-case-worker', purpose = 'RISK_ASSESSMENT', reference, reason }: AskOptions = {},
): Promise<Reply> {
  const response = await fetch(url.replace('/graphql', '/access/explain'), {
    method: 'POST',
    body: JSON.stringify(body),
    headers: {
      'content-type': 'application/json',
      authorization: `Bearer ${identityProvider.token(as)}`,
      ...(purpose !== null && { 'access-purpose': purpose }),
      ...(reference !== undefined && { 'access-reference': reference }),
      ...(reason !== undefined && { 'access-reason': encodeURIComponent(reason) }),
    },
  });
  const text = await response.text();
  return { status: response.status, headers: response.headers, text, body: JSON.parse(text) };
}
