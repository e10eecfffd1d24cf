import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Situation } from '../../../developer-kit/cases/situation';
import { AGENCIES } from '../../../shared/domain/agencies';
import { eachAtOnce } from '../cases/each-at-once';
import { headersIn } from '../cases/headers-in';
import { variablesOf } from '../cases/operations';
import { statedReferences } from '../cases/stated-references';
import type { ChildAskedAbout } from '../cases/subjects';
import { testDatabase } from '../databases';
import { FULL_CHILD_ACCESS } from '../full-child';
import { recordIn } from '../ledger';
import { otlpReceiver } from '../otlp-receiver';
import { remembered } from '../remembered';
import { type Reply, startSystem } from '../system';
import { wrapAgency } from '../wrap-agency';
import type { AgencySchema } from './agency-schema';
import { type MarkedAgency, markedAgency } from './marked-agency';
import type { Column, Marks } from './marks';
import type { Question } from './questions';

const METRICS_TOKEN = 'a-token-for-metrics-of-32-characters-and-more';

/** The whole system on databases in which the full child is marked. */
export interface CanarySystem {
  readonly agencies: readonly MarkedAgency[];
  ask(question: Question, situation: Situation, variables?: object): Promise<Reply>;
  /** Asks in many situations, several at once. */
  askEach(
    question: Question,
    situations: readonly Situation[],
    look: (reply: Reply, situation: Situation) => void,
  ): Promise<void>;
  /** Everything besides answers that the system has written until now, by what it is. */
  written(): Promise<Readonly<Record<string, string>>>;
  close(): Promise<void>;
}

/** @param schemas the agencies whose data is marked; the others have the tests' own databases. */
export async function startCanarySystem(
  child: ChildAskedAbout,
  schemas: readonly AgencySchema[],
  marks: Marks,
  keeps: (column: Column) => boolean,
): Promise<CanarySystem> {
  const agencies = await Promise.all(schemas.map(({ agency }) => markedAgency(agency, marks, keeps)));
  const own = new Map(agencies.map(({ agency, database }) => [agency, database]));
  const receiver = await otlpReceiver();
  const system = await startSystem({
    databases: new Map(AGENCIES.map((agency) => [agency, own.get(agency) ?? testDatabase(agency)])),
    emergencies: 'unlimited',
    environment: {
      OPERATION_COST_LIMIT: '1000000',
      METRICS_TOKEN,
      OTEL_EXPORTER_OTLP_ENDPOINT: receiver.endpoint,
    },
  });
  // The gateway replaces texts of errors that may quote something; an agency's must contain no value in the first place.
  const errors: string[] = [];
  for (const { agency } of schemas) {
    wrapAgency(system, agency, (handle) => async (request) => {
      const response = await handle(request);
      const { data: _, ...rest } = response.body;
      errors.push(...(marks.in(JSON.stringify(rest)).length > 0 ? [JSON.stringify(rest)] : []));
      return response;
    });
  }
  await recordIn(system.ledgerDatabase, [FULL_CHILD_ACCESS]);
  const refer = statedReferences(system);
  // The same in every request of a situation, so that its answers can be compared.
  const stated = remembered((situation: Situation) => refer(child, situation));
  const ask: CanarySystem['ask'] = ({ query, variables: names }, situation, variables = {}) =>
    system.post(
      JSON.stringify({ query, variables: { ...variablesOf({ variables: names }, child, situation), ...variables } }),
      headersIn(system.identityProvider, situation, stated(situation)),
    );
  return {
    agencies,
    ask,
    askEach: (question, situations, look) =>
      eachAtOnce(situations, async (situation) => look(await ask(question, situation), situation)),
    async written() {
      const metrics = await fetch(system.url.replace('/graphql', '/metrics'), {
        headers: { authorization: `Bearer ${METRICS_TOKEN}` },
      });
      await receiver.settled();
      return {
        'an error of an agency': errors.join('\n'),
        'a log line': system.logged(),
        'a metric': await metrics.text(),
        'a trace': receiver.bodies.join('\n'),
        'the ledger': JSON.stringify(await system.entries()),
        'a file': await textsIn(system.dataDirectory),
        'a notice': await noticesOf(agencies),
      };
    },
    async close() {
      await system.close();
      await receiver.close();
      await Promise.all(agencies.map(({ owner }) => owner.destroy()));
    },
  };
}

// Private:

/** What waits to be sent to apps, and what repeated mutations are answered. */
const SENT = ['notice', 'delivery', 'mutation_key'];

async function noticesOf(agencies: readonly MarkedAgency[]): Promise<string> {
  const centre = agencies.find(({ agency }) => agency === 'governance-center');
  if (centre === undefined) return '';
  return JSON.stringify(await Promise.all(SENT.map((table) => centre.owner.withSchema('base').from(table))));
}

async function textsIn(directory: string): Promise<string> {
  const entries = await readdir(directory, { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile());
  return (await Promise.all(files.map(({ parentPath, name }) => readFile(join(parentPath, name), 'utf8')))).join('\n');
}
