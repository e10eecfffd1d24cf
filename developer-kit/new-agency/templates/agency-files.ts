import type { AgencyPlan } from '../agency-plan';
import { cases } from './cases';
import { data, index, resolvers } from './code';
import { migration, seed } from './database';
import { imports } from './imports';
import { catalogue, policies } from './rules';
import { schema } from './schema';
import { facts, fullChild } from './test-data';

/** All files of a new agency's folder that somebody is to go on with, by their paths in it. */
export function agencyFiles(plan: AgencyPlan): ReadonlyMap<string, string> {
  const ofFacts = facts(plan);
  return new Map([
    ['agency.yaml', agencyYaml(plan)],
    ['schema.graphql', schema(plan)],
    ['catalogue.yaml', catalogue(plan)],
    ['access.cedar', policies(plan)],
    ['access.cases.yaml', cases(plan)],
    ['migrations/0001-base.sql', migration(plan)],
    ['data.ts', data(plan)],
    ['resolvers.ts', resolvers(plan)],
    ['seed.ts', seed(plan)],
    ['index.ts', index(plan)],
    ['import.yaml', imports(plan)],
    ['test/full-child.ts', fullChild(plan)],
    ...(ofFacts === undefined ? [] : ([['test/facts.yaml', ofFacts]] as const)),
  ]);
}

function agencyYaml({ name, english, short, order }: AgencyPlan): string {
  return `# ${name}, as the rest of the system knows it. Everything else that is its own stands beside this file.
name: ${name}
english: ${english}
short: ${short}
order: ${order}
`;
}
