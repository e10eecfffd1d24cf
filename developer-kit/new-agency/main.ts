import { runCommand } from '../../shared/cli/run-command';
import { PROJECT } from '../../shared/config/project-root';
import { planOf } from './agency-plan';
import { makeAgency } from './make-agency';
import { takenIn } from './name-conflicts';
import { optionsOf, USAGE } from './options';

/** `npm run agency:new -- justice-bureau`: creates a complete agency that composes and type-checks, and has rules. */
async function newAgency(words: readonly string[]): Promise<void> {
  const given = optionsOf(words);
  const taken = takenIn(PROJECT);
  const raw = process.stdin.isTTY ? await (await import('./dialogue.js')).askFor(given, taken) : given;
  const plan = planOf(raw, taken);
  const files = makeAgency(PROJECT, plan, (line) => console.log(line));
  console.log(nextSteps(plan.agency, files));
}

function nextSteps(agency: string, files: readonly string[]): string {
  return `
subgraphs/${agency}/ has
${files.map((file) => `  ${file}`).join('\n')}

Next (docs/guides/adding-an-agency.md):
  1. Describe its real data: schema.graphql, migrations/0001-base.sql, data.ts, resolvers.ts, seed.ts, import.yaml, test/.
  2. Decide who sees what: access.cedar and access.cases.yaml; npm run check -- ${agency}
  3. npm run compose && npm run types && npm run access:matrix && npm run typecheck && npm run lint
  4. npm test -- cases paired-worlds record
  5. DATA_DIR=/tmp/${agency} PORT=4100 npm start`;
}

void runCommand({
  usage: USAGE,
  run: (words) =>
    newAgency(words).catch((error: Error) => {
      // Ctrl-C ends the dialogue.
      throw error.name === 'ExitPromptError' ? new Error('Nothing was created.') : error;
    }),
});
