export interface FirstStepsOptions {
  readonly port: number;
  /** DATA_DIR, if it is set: the token must be signed with the key in it. */
  readonly dataDirectory: string | undefined;
}

/** The text that `npm start` prints once it is ready: a request to copy, and what to open and read next. */
export function firstSteps({ port, dataDirectory }: FirstStepsOptions): string {
  const settings = dataDirectory === undefined ? '' : `DATA_DIR='${dataDirectory}' `;
  return [
    '',
    'Every person in this system is synthetic. Type this in a second terminal, in this folder:',
    `  curl -s http://127.0.0.1:${port}/graphql -H 'content-type: application/json' \\`,
    `    -H "authorization: Bearer $(${settings}npm run -s token -- --as town-case-worker)" \\`,
    "    -H 'access-purpose: RISK_ASSESSMENT' -H 'access-reference: assessment/a55e5500-0000-8000-8000-000000000001' \\",
    '    --data @examples/record.json',
    '',
    'Other callers, purposes and headers: docs/reference/callers.md.',
    'A page to click through (GraphiQL): stop this with Ctrl-C, run npm ci && npm run dev -- education, open http://127.0.0.1:4010.',
    'What to read next: README.md, "Where to read on".',
  ].join('\n');
}
