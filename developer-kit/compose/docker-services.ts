import { databaseName, enumName } from '../../shared/domain/agency-names';
import { withSection } from './generated-section';

/** The centre's service is written by hand: it reads the ledger, and the gateway depends on it differently. */
const CENTRE = 'governance-center';
const PORT = 4001;

/** Returns the text of docker-compose.yml with a subgraph and a database for each agency. */
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

/** An agency's subgraph, the migration of its database, and the database, which no other service reaches. */
function services(agency: string): string {
  const database = databaseName(agency);
  const name = enumName(agency);
  const secret = (variable: string) => `\${${name}_${variable}:?see docs/operations/deployment.md}`;
  const url = (role: string, password: string) =>
    `postgres://${database}_${role}:${password}@${agency}-database:5432/${database}`;
  const reader = `READER_DATABASE_URL_${name}: ${url('reader', secret('READER_PASSWORD'))}`;
  return `  ${agency}:
    <<: *subgraph
    command: [node, dist/subgraphs/main.js, ${agency}]
    environment:
      <<: *subgraph-environment
      ${reader}
    networks: [agencies, ${agency}-database]
    depends_on:
      ${agency}-migrations: { condition: service_completed_successfully }

  ${agency}-migrations:
    <<: *migrations
    command: [node, dist/subgraphs/migrate.js, ${agency}]
    environment:
      <<: *migrations-environment
      DATABASE_URL_${name}: ${url('owner', secret('DATABASE_PASSWORD'))}
      ${reader}
    networks: [${agency}-database]
    depends_on:
      ${agency}-database: { condition: service_healthy }

  ${agency}-database:
    <<: *database
    environment:
      <<: *database-environment
      POSTGRES_DB: ${database}
      POSTGRES_USER: ${database}_owner
      POSTGRES_PASSWORD: ${secret('DATABASE_PASSWORD')}
    networks: [${agency}-database]
    volumes: ['${agency}-database:/var/lib/postgresql']`;
}
