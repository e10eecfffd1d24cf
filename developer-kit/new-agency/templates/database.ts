import type { AgencyPlan } from '../agency-plan';
import { snakeCase } from '../names';

/** migrations/0001-base.sql */
export function migration({ classes, sealed }: AgencyPlan): string {
  const table = (slug: string) => `create table base.${snakeCase(slug)} (
  ${snakeCase(slug)}_id bigint generated always as identity primary key,
  child_id text not null references base.child,
  kind text not null,
  since date not null
);
create index on base.${snakeCase(slug)} (child_id);`;
  const views = classes.map(
    ({ slug }) =>
      `create view exposed.${snakeCase(slug)} as select ${snakeCase(slug)}_id, child_id, kind, since from base.${snakeCase(slug)};`,
  );
  return `create schema base;
create schema exposed;

create table base.district (
  seed text not null,
  size integer not null,
  today date not null,
  child_id_fingerprint text not null
);

-- Names the key and hash by which the pseudonyms here were derived, without giving them away.
create table base.child_id_fingerprint (
  singleton boolean primary key default true check (singleton),
  fingerprint text not null,
  taken_at timestamptz not null default now()
);

create table base.child (
  child_id text primary key,
  id_number text not null unique,
  region text not null
);

${[
  ...classes.map(({ slug }) => table(slug)),
  ...sealed.map(({ slug, chinese, basis }) => `-- Sealed (${chinese}; ${basis}): in no view.\n${table(slug)}`),
].join('\n\n')}

create view exposed.child_id_fingerprint as select fingerprint from base.child_id_fingerprint;
create view exposed.child as select child_id, region from base.child;
${views.join('\n')}
`;
}

/** seed.ts */
export function seed({ english, classes, sealed }: AgencyPlan): string {
  const tables = ['child', ...[...classes, ...sealed].map(({ slug }) => snakeCase(slug))];
  const rows = classes.map(
    ({ slug, chinese }) => `${snakeCase(slug)}: draws.chance('${slug}', 0.02)
        ? [{ child_id: id, kind: '${chinese}', since: addDays(district.today, -draws.integer('${slug}.since', 10, 300)) }]
        : [],`,
  );
  const hidden = sealed.map(
    ({ slug, chinese }) => `// Sealed: in the base table only.
      ${snakeCase(slug)}: events.juvenileRecordAt
        ? [{ child_id: id, kind: '${chinese}', since: events.juvenileRecordAt }]
        : [],`,
  );
  const used = sealed.length > 0 ? '{ index, person, region, events }' : '{ index, person, region }';
  return `import { addDays } from '../../shared/domain/dates';
import type { AgencySeed } from '../../shared/synthetic/agency-seed';
import { drawsFor } from '../../shared/synthetic/random';

/** What the ${english} writes down of the synthetic district. */
export const seed: AgencySeed = {
  tables: [${tables.map((name) => `'${name}'`).join(', ')}],
  ofChild(${used}, id, district) {
    const draws = drawsFor(district.seed, index);
    return {
      child: [{ child_id: id, id_number: person.idNumber, region }],
      ${[...rows, ...hidden].join('\n      ')}
    };
  },
};
`;
}
