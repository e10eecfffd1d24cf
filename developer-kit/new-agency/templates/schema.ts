import type { AgencyPlan, PlannedClass } from '../agency-plan';
import { camelCase, describeCondition, pascalCase } from '../names';

/** schema.graphql */
export function schema({ agency, classes }: AgencyPlan): string {
  const label = ({ slug }: PlannedClass) => `@policy(policies: [["${agency}.${slug}"]])`;
  const fields = classes.map(
    (one) => `  """
  ${describeCondition(one.slug)} (${one.chinese}), newest first.
  """
  ${camelCase(one.slug)}: [${pascalCase(one.slug)}!]! @listSize(assumedSize: 3) ${label(one)}`,
  );
  const types = classes.map(
    (one) => `"""
${describeCondition(one.slug)} (${one.chinese}).
"""
type ${pascalCase(one.slug)} ${label(one)} {
  "What kind (类别)."
  kind: String!
  "Since when (起始日期)."
  since: Date!
}`,
  );
  return `extend schema
  @link(url: "https://specs.apollo.dev/federation/v2.9", import: ["@key", "@policy", "@inaccessible", "@listSize"])

type Child @key(fields: "id") {
  """
  A pseudonym: every agency derives it by itself from its own copy of the ID number (去标识化编号).
  """
  id: ID!
${fields.join('\n')}
}

${types.join('\n\n')}
`;
}
