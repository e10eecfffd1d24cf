import { generateKeyPairSync } from 'node:crypto';
import { pino } from 'pino';
import type { Situation } from '../../../developer-kit/cases/situation';
import { Environment } from '../../../shared/config/environment';
import { connect } from '../../../shared/db/connect';
import { childIds } from '../../../shared/domain/child-id';
import { contextSigner, contextVerifier } from '../../../shared/protocol/context-token';
import { createSubgraph } from '../../../shared/subgraph/subgraph';
import { TEST_CHILD_IDS, testDatabase } from '../databases';
import { FULL_CHILD_ACCESS } from '../full-child';
import { emptyLedgerDatabase, recordIn } from '../ledger';
import { AT_ONCE, eachAtOnce } from './each-at-once';
import type { Findings } from './findings';
import { faultsAt, noteEachClass } from './look';
import { type Operation, SUBGRAPH_WAYS, variablesOf, wideOperation } from './operations';
import type { AgencyCases, Inquiry, Specification } from './specification';
import { type ChildAskedAbout, contextOf, isUnknownGrant } from './subjects';

/** Asks each agency alone, with a validly signed context, as any gateway could. */
export async function askSubgraphs(
  specification: Specification,
  inquiries: readonly Inquiry[],
  findings: Findings,
): Promise<void> {
  const keys = generateKeyPairSync('ec', {
    namedCurve: 'P-256',
    privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
    publicKeyEncoding: { type: 'spki', format: 'pem' },
  });
  const sign = contextSigner(keys.privateKey);
  const ledgerDatabase = await emptyLedgerDatabase('cases_ledger');
  await recordIn(ledgerDatabase, [FULL_CHILD_ACCESS]);
  const ledger = connect(ledgerDatabase.readerUrl, { poolSize: AT_ONCE, statementTimeout: 0 });
  // One agency after the other: on a busy machine, simultaneous requests would wait too long for a connection.
  for (const agency of specification.agencies) await askOne(agency);
  await ledger.destroy();

  async function askOne({ definition, probes }: AgencyCases): Promise<void> {
    const { agency } = definition;
    const { readerUrl, writerUrl } = testDatabase(agency);
    const db = connect(readerUrl, { poolSize: AT_ONCE, statementTimeout: 0 });
    const work = writerUrl === undefined ? undefined : connect(writerUrl, { poolSize: 1, statementTimeout: 0 });
    const subgraph = createSubgraph({
      definition,
      db,
      work,
      ledger,
      settings: definition.settings?.(new Environment({})),
      childIds: childIds(TEST_CHILD_IDS),
      verifyContext: contextVerifier(keys.publicKey, agency),
      log: pino({ level: 'silent' }),
    });
    // A refused reference leaves the context of a request without one.
    const answers = new Map<string, ReturnType<typeof subgraph.handle>>();
    const answerTo = (operation: Operation, child: ChildAskedAbout, situation: Situation) => {
      const context = contextOf(child, situation);
      const variables = variablesOf(operation, child, situation);
      const key = JSON.stringify([operation.query, variables, { ...context, reference: null }]);
      const answer =
        answers.get(key) ??
        subgraph.handle({
          authorization: `Bearer ${sign(context, agency)}`,
          body: { query: operation.query, variables },
        });
      answers.set(key, answer);
      return answer;
    };
    for (const { child, situations, classes } of inquiries) {
      const asked = probes.filter(({ dataClass }) => classes.has(dataClass));
      if (asked.length === 0) continue;
      const operation = wideOperation(asked, SUBGRAPH_WAYS);
      await eachAtOnce(situations, async (situation) => {
        const { status, body } = await answerTo(operation, child, situation);
        const { denied, masked } = body.extensions?.access ?? { denied: [], masked: [] };
        const answered = { data: body.data, denied, masked, text: JSON.stringify(body) };
        const errors = body.errors ?? [];
        const failed = status === 200 && errors.length === 0 ? [] : [`answered ${status} ${JSON.stringify(errors)}`];
        noteEachClass(findings, asked, child, situation, (probe) =>
          isUnknownGrant(probe.dataClass, situation)
            ? []
            : [...failed, ...faultsAt(probe, operation, specification, child, situation, answered)],
        );
      });
    }
    await Promise.all([db.destroy(), work?.destroy()]);
  }
}
