import { generateKeyPairSync } from 'node:crypto';
import { buildSubgraphSchema } from '@apollo/subgraph';
import { pino } from 'pino';
import { inProcessTransport } from '../../../gateway/agencies/transport';
import { SUBGRAPHS } from '../../../gateway/embedded/embedded';
import { askGovernanceCenter } from '../../../gateway/governance-center/governance-center';
import { grantResolver } from '../../../gateway/governance-center/grants';
import { Deadline } from '../../../gateway/request/deadline';
import { Environment } from '../../../shared/config/environment';
import type { Agency } from '../../../shared/domain/agencies';
import { childIds } from '../../../shared/domain/child-id';
import { type AccessContext, contextSigner, contextVerifier } from '../../../shared/protocol/context-token';
import type { Subgraph } from '../../../shared/protocol/subgraph-exchange';
import { typeDefs } from '../../../shared/subgraph/schema/type-defs';
import { createSubgraph } from '../../../shared/subgraph/subgraph';
import { TEST_CHILD_IDS } from '../databases';
import { demoCaller } from '../identity-provider';
import type { Asker } from './askers';
import { everythingOf } from './everything-of';
import { Statements } from './statements';
import type { World } from './world';

/** An agency's answer to a wide query and the SQL behind it, as text. */
export type AskAlone = (agency: Agency, asker: Asker) => Promise<string>;

const LOG = pino({ level: 'silent' });

const PAGE = 'totalCount pageInfo { hasNextPage endCursor }';

/** The agencies of a world without the gateway, asked for all their data with a validly signed context. */
export function subgraphsAlone(world: World): AskAlone {
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const signContext = contextSigner(privateKey.export({ type: 'pkcs8', format: 'pem' }) as string);
  const publicKeyPem = publicKey.export({ type: 'spki', format: 'pem' }) as string;
  const sql = new Statements();
  const subgraphs = new Map<Agency, { readonly subgraph: Subgraph; readonly queries: readonly string[] }>();
  for (const definition of SUBGRAPHS) {
    const { agency, folder } = definition;
    const { db, work } = world.system.subgraphs.get(agency) ?? {};
    if (db === undefined) throw new Error(`There is no subgraph of ${agency}.`);
    sql.watch(db);
    const verifyContext = contextVerifier(publicKeyPem, agency);
    const childIdsOfTests = childIds(TEST_CHILD_IDS);
    subgraphs.set(agency, {
      subgraph: createSubgraph({
        definition,
        db,
        work,
        settings: definition.settings?.(new Environment({})),
        childIds: childIdsOfTests,
        verifyContext,
        log: LOG,
      }),
      queries: wideQueries(agency, folder),
    });
  }
  const transport = inProcessTransport(() => subgraphs.get('governance-center')?.subgraph);
  const resolveGrant = grantResolver(askGovernanceCenter(transport, signContext), LOG);

  const contexts = new Map<Asker, Promise<AccessContext>>();
  const contextOf = async ({ caller, purpose, reference }: Asker): Promise<AccessContext> => {
    const stated = {
      caller: demoCaller(caller),
      purpose,
      reference: reference ? world.references[reference] : null,
      grant: null,
      reasonGiven: purpose === 'EMERGENCY',
    };
    // The gateway signs no context for a case that the caller takes no part in; here they come without a grant.
    const confirmed = await resolveGrant(stated, { id: 'alone', deadline: new Deadline(60_000) }).catch(() => null);
    return { ...stated, grant: confirmed?.grant ?? null };
  };

  return async (agency, asker) => {
    const target = subgraphs.get(agency);
    if (target === undefined) throw new Error(`There is no subgraph of ${agency}.`);
    const context = contexts.get(asker) ?? contextOf(asker);
    contexts.set(asker, context);
    const authorization = `Bearer ${signContext(await context, agency)}`;
    const variables = {
      children: world.focus.others.map((id) => ({ __typename: 'Child', id, region: '990101', child_id: id })),
      clue: world.focus.clue,
    };
    const answers = target.queries.map((query) =>
      sql.of(() => target.subgraph.handle({ authorization, body: { query, variables } })),
    );
    return JSON.stringify(await Promise.all(answers));
  };
}

// Private:

/**
 * All fields of all children, and of all clues, cases and meetings at the governance centre. A list of children saves
 * statements about them elsewhere in the same operation if it is there in time, so that it has an operation of its own.
 */
function wideQueries(agency: Agency, folder: string): readonly string[] {
  const schema = buildSubgraphSchema({ typeDefs: typeDefs(folder) });
  const child = everythingOf(schema, 'Child');
  // A refused region makes its child null immediately, which would hide other observable refusals.
  const asked = everythingOf(schema, 'Child', { without: ['Child.region'] });
  const entities = `_entities(representations: $children) { __typename ... on Child { ${asked} } }`;
  if (agency !== 'governance-center') return [`query ($children: [_Any!]!) { ${entities} }`];
  const [clue, aCase, meeting] = ['Clue', 'Case', 'JointMeeting'].map((type) => everythingOf(schema, type));
  return [
    `{ children { ${PAGE} nodes { ${child} } } }`,
    `query ($children: [_Any!]!, $clue: ID!) {
      ${entities}
      clue(id: $clue) { ${clue} }
      clues { ${PAGE} nodes { ${clue} } }
      cases { ${PAGE} nodes { ${aCase} } }
      jointMeetings { ${PAGE} nodes { ${meeting} } }
    }`,
  ];
}
