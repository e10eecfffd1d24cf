import { databaseName, enumName } from '../../../shared/agency-names';
import { withSection } from './generated-section';

/** It shows the ledger and is asked by the gateway first of all: its service is written by hand. */
const CENTRE = 'governance-center';
const PORT = 4001;

/** The text of docker-compose.yml with a subgraph and a database for every agency. */
export function withServices(text: string, agencies: readonly string[]): string {
  const others = agencies.filter((agency) => agency !== CENTRE);
  const sections: Readonly<Record<string, readonly string[]>> = {
    'agencies: addresses': agencies.map(
      (agency) => `      SUBGRAPH_URL_${enumName(agency)}: http://${agency}:${PORT}/graphql`,
    ),
    'agencies: started before the gateway': others.map((agency) => `      ${agency}: { condition: service_healthy }`),
    'agencies: services': [others.map(services).join('\n\n')],
    'agencies: networks': agencies.map((agency) => `  ${agency}-database: { internal: true }`),
    'agencies: volumes': agencies.map((agency) => `  ${agency}-database:`),
  };
  return Object.entries(sections).reduce(
    (changed, [name, lines]) => withSection(changed, name, lines.join('\n'), 'docker-compose.yml'),
    text,
  );
}

/** An agency's subgraph, and the database that nobody else reaches. */
function services(agency: string): string {
  const database = databaseName(agency);
  const password = `\${${enumName(agency)}_DATABASE_PASSWORD:?see docs/deployment.md}`;
  return `  ${agency}:
    <<: *subgraph
    command: [node, --import, tsx, subgraphs/main.ts, ${agency}]
    environment:
      <<: *subgraph-environment
      DATABASE_URL_${enumName(agency)}: postgres://${database}_owner:${password}@${agency}-database:5432/${database}
    networks: [agencies, ${agency}-database]
    depends_on:
      ${agency}-database: { condition: service_healthy }

  ${agency}-database:
    <<: *database
    environment:
      <<: *database-environment
      POSTGRES_DB: ${database}
      POSTGRES_USER: ${database}_owner
      POSTGRES_PASSWORD: ${password}
    networks: [${agency}-database]
    volumes: ['${agency}-database:/var/lib/postgresql']`;
}
