import { ErrorList } from '../../shared/cli/error-list';
import { PROJECT } from '../../shared/config/project-root';
import { PlanFaults, planOf } from './agency-plan';
import { makeAgency, NotMade } from './make-agency';
import { takenIn } from './name-conflicts';
import { optionsOf, USAGE } from './options';

/** `npm run agency:new -- justice-bureau`: a complete agency that composes, type-checks and is answered by its rules. */
async function main(args: readonly string[]): Promise<number> {
  const { help, ...given } = optionsOf(args);
  if (help) {
    console.log(USAGE);
    return 0;
  }
  const taken = takenIn(PROJECT);
  const raw = process.stdin.isTTY ? await (await import('./dialogue.js')).askFor(given, taken) : given;
  const plan = planOf(raw, taken);
  const files = makeAgency(PROJECT, plan, (line) => console.log(line));
  console.log(nextSteps(plan.agency, files));
  return 0;
}

function nextSteps(agency: string, files: readonly string[]): string {
  return `
subgraphs/${agency}/ has
${files.map((file) => `  ${file}`).join('\n')}

Next (docs/guides/adding-an-agency.md):
  1. Say what it really has: schema.graphql, migrations/0001-base.sql, data.ts, resolvers.ts, seed.ts, import.yaml, test/.
  2. Say who is answered what: access.cedar and access.cases.yaml; npm run check -- ${agency}
  3. npm run compose && npm run types && npm run access:matrix && npm run typecheck && npm run lint
  4. npm test -- cases paired-worlds record
  5. DATA_DIR=/tmp/${agency} PORT=4100 npm start`;
}

main(process.argv.slice(2)).then(
  (code) => {
    process.exitCode = code;
  },
  (error: Error) => {
    const known = error instanceof ErrorList || error instanceof NotMade;
    // What a terminal's Ctrl-C ends a dialogue with.
    const gaveUp = error.name === 'ExitPromptError';
    for (const line of error.message.split('\n')) console.error(gaveUp ? 'Nothing was made.' : `error: ${line}`);
    if (error instanceof PlanFaults) console.error(`\n${USAGE}`);
    if (!known && !gaveUp) console.error(error.stack);
    process.exitCode = 1;
  },
);
