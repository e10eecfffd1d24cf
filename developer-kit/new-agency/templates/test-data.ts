import type { AgencyPlan } from '../agency-plan';
import { camelCase, snakeCase } from '../names';

/** test/full-child.ts */
export function fullChild({ name, classes }: AgencyPlan): string {
  // No two texts of all agencies may be alike.
  const shown = classes.map(({ slug, chinese }) => `${camelCase(slug)}: { kind: '全例${name}${chinese}' },`);
  const rows = classes.map(
    ({ slug }) => `${snakeCase(slug)}: [{ child_id, kind: shown.${camelCase(slug)}.kind, since: '2026-01-16' }],`,
  );
  return `import type { DescribeFullChild } from '../../../shared/synthetic/full-child';

const fullChild: DescribeFullChild = ({ id: child_id, idNumber, region }) => {
  const shown = {
    ${shown.join('\n    ')}
  };
  const rows = {
    child: [{ child_id, id_number: idNumber, region }],
    ${rows.join('\n    ')}
  };
  return { shown, rows };
};

export default fullChild;
`;
}

/** test/facts.yaml; nothing, where nothing keeps silent and nothing is sealed. */
export function facts({ agency, name, classes, sealed }: AgencyPlan): string | undefined {
  const silent = classes.filter(({ refusal }) => refusal === 'absent');
  if (silent.length + sealed.length === 0) return undefined;
  const ofSilent = silent.map(
    ({ slug, chinese }) => `  ${agency}.${slug}:
    field: Child.${camelCase(slug)} { kind }
    put: insert into base.${snakeCase(slug)} (child_id, kind, since) values (:focus, '${chinese}', '2026-05-02')
    takeOut: delete from base.${snakeCase(slug)} where child_id = :focus`,
  );
  const ofSealed = sealed.map(
    ({ slug, chinese }) => `  - table: ${snakeCase(slug)}
    columns: { kind: "'${chinese}'", since: "date '2025-11-02'" }`,
  );
  return `# Facts of ${name} that must leave no trace where they are not shown: the paired worlds of test/access put them in and take
# them out. SQL on base tables; :focus is the child of the facts, :sealed one about whom there is nothing else.
${[
  ...(ofSilent.length > 0 ? [`silent:\n${ofSilent.join('\n')}\n`] : []),
  ...(ofSealed.length > 0
    ? [
        `# What no view shows, whoever asks: rows of the focus and of the sealed child.\nsealed:\n${ofSealed.join('\n')}\n`,
      ]
    : []),
].join('\n')}`;
}
