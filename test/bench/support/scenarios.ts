import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Kind, parse, print, visit } from 'graphql';
import { readSupergraph } from '../../../gateway/federation/supergraph';
import { PROJECT } from '../../../shared/config/project-root';
import { type Agency, isAgency } from '../../../shared/domain/agencies';
import type { ServerProcess } from './server-process';

/** Each of five agencies' selection on a child. */
const SECTIONS = {
  'governance-center': 'risk { level basis assessedAt nextVisitDue }',
  'public-security':
    'identity { fullName sex age asOf } household { residenceRegion members { name kinship livesTogether } }',
  'civil-affairs': 'welfare { categories since }',
  education: 'enrolment { school schoolType grade className boarding status asOf }',
  procuratorate: 'protectionOrders { number kind issuedAt addressee }',
} as const;

const ALL_SECTIONS = Object.values(SECTIONS).join(' ');
const PAGE_OF = 'children(first: 100, after: $after)';
const PAGES = 12;
const RECORDS = 64;

/** The number of agencies that a request of the bench needs, each once. */
export const CALLS = Object.keys(SECTIONS).length;

export const SCENARIOS = {
  record: {
    title: 'one child, 5 calls',
    operationName: 'Record',
    query: `query Record($id: ID!) { child(id: $id) { id ${ALL_SECTIONS} } }`,
  },
  page100: {
    title: '100 children, 5 calls',
    operationName: 'Page',
    query: `query Page($after: String) { ${PAGE_OF} { nodes { id ${ALL_SECTIONS} } pageInfo { endCursor } } }`,
  },
} as const;

export type Scenario = keyof typeof SCENARIOS;

/**
 * Distinct requests of each scenario, so no gateway answers two with the calls of one; the pages begin one child after
 * another. @param server provides children and cursors.
 */
export async function requestsOf(server: ServerProcess): Promise<Readonly<Record<Scenario, readonly string[]>>> {
  const cursors = await ask(server, { query: `{ children(first: ${PAGES - 1}) { edges { cursor } } }` });
  const afters: readonly (string | null)[] = [null, ...cursors.edges.map(({ cursor }) => cursor)];
  const page100 = afters.map((after) => bodyOf('page100', { after }));
  const children = new Map<string, { readonly id: string }>();
  for (const body of page100) for (const child of (await ask(server, body)).nodes) children.set(child.id, child);
  const fullest = [...children.values()]
    .toSorted((a, b) => JSON.stringify(b).length - JSON.stringify(a).length)
    .slice(0, RECORDS);
  return { record: fullest.map(({ id }) => bodyOf('record', { id })), page100 };
}

interface AskedChildren {
  readonly edges: readonly { readonly cursor: string }[];
  readonly nodes: readonly { readonly id: string }[];
}

async function ask(server: ServerProcess, body: string | object): Promise<AskedChildren> {
  return JSON.parse(await server.ask(typeof body === 'string' ? body : JSON.stringify(body))).data.children;
}

function bodyOf(scenario: Scenario, variables: Readonly<Record<string, unknown>>): string {
  const { query, operationName } = SCENARIOS[scenario];
  return JSON.stringify({ query, operationName, variables });
}

/** The same calls, hand-written: first the centre, which knows all children, then all other agencies simultaneously. */
export function floorOperations(): unknown {
  const { 'governance-center': own, ...others } = SECTIONS;
  const sections = Object.entries(others).map(([agency, fields]) => ({
    agency,
    query: `query ($representations: [_Any!]!) { _entities(representations: $representations) { ... on Child { ${fields} } } }`,
  }));
  const root = (query: string) => ({ agency: 'governance-center', query });
  return {
    Record: { root: root(`query ($id: ID!) { child(id: $id) { id ${own} } }`), sections },
    Page: {
      root: root(`query ($after: String) { ${PAGE_OF} { nodes { id ${own} } pageInfo { endCursor } } }`),
      sections,
    },
  };
}

/** The served supergraph with the agencies' addresses, and without labels, which other gateways refuse. */
export function unlabelledSupergraph(urls: Readonly<Record<Agency, string>>): string {
  const { loadableSdl } = readSupergraph(readFileSync(join(PROJECT, 'gateway/generated/supergraph.graphql'), 'utf8'));
  const addressed = visit(parse(loadableSdl), {
    Directive(node) {
      if (node.name.value !== 'join__graph') return undefined;
      const value = (name: string) => {
        const argument = node.arguments?.find((one) => one.name.value === name)?.value;
        return argument?.kind === Kind.STRING ? argument.value : '';
      };
      const agency = value('name');
      if (!isAgency(agency)) throw new Error(`The supergraph names an agency that does not run: ${agency}.`);
      return {
        ...node,
        arguments: node.arguments?.map((one) =>
          one.name.value === 'url' ? { ...one, value: { kind: Kind.STRING, value: urls[agency] } } : one,
        ),
      };
    },
  });
  return print(addressed);
}
