import { type DocumentNode, type GraphQLSchema, Kind, parse } from 'graphql';
import { readRequirements } from '../../gateway/access/requirements';
import type { RuleBundle } from '../../gateway/access/rule-bundle';
import { type AgencyRules, type RuleTexts, readAgencyRules } from '../../shared/access/agency-rules';
import { AccessRules } from '../../shared/access/decide';
import type { Coordinate, Requirement } from '../../shared/access/labels';
import { type PolicyTexts, policyFiles } from '../../shared/access/policies';
import { type Agency, isAgency } from '../../shared/domain/agencies';
import { apiSchema } from './api-schema';

/** A graph with its rules, for computing answers. */
export interface Graph {
  readonly supergraph: DocumentNode;
  /** Its API schema, as clients see it. */
  readonly api: GraphQLSchema;
  /** All fields, including inaccessible ones. */
  readonly fields: ReadonlySet<Coordinate>;
  /** Requirements by field; none for a missing entry. */
  readonly requirements: ReadonlyMap<Coordinate, Requirement>;
  /** Rules of every agency whose rules can be read. */
  readonly agencies: ReadonlyMap<Agency, AgencyRules>;
  readonly rules: AccessRules;
  readonly masked: ReadonlySet<Coordinate>;
}

export function graphOf(
  supergraph: string,
  agencies: ReadonlyMap<Agency, AgencyRules>,
  masked: Iterable<Coordinate>,
): Graph {
  const document = parse(supergraph);
  return {
    supergraph: document,
    api: apiSchema(document),
    fields: fieldsOf(document),
    requirements: readRequirements(document).byField,
    agencies,
    rules: new AccessRules([...agencies.values()], { profiles: REMEMBERED_PROFILES }),
    masked: new Set(masked),
  };
}

/** An agency's rules with their source texts. */
export interface ReadRules {
  readonly rules: AgencyRules;
  readonly catalogue: string;
  readonly policies: PolicyTexts;
}

/**
 * The committed graph. Ignores rules of removed agencies, whose fields were removed as well.
 *
 * @param known rules read before: most are unchanged.
 * @throws if it cannot be read.
 */
export function committedGraph(supergraph: string, bundle: string, known: ReadonlyMap<Agency, ReadRules>): Graph {
  const { agencies: texts } = JSON.parse(bundle) as RuleBundle;
  const own = Object.entries(texts).flatMap(([agency, text]) => (isAgency(agency) ? [[agency, text] as const] : []));
  const rulesOf = (agency: Agency, { catalogue, policies }: RuleTexts): AgencyRules => {
    const now = known.get(agency);
    const isSame = now?.catalogue === catalogue && textOf(now.policies) === textOf(policies);
    return isSame ? now.rules : readAgencyRules(agency, { catalogue, policies });
  };
  return graphOf(
    supergraph,
    new Map(own.map(([agency, text]) => [agency, rulesOf(agency, text)])),
    own.flatMap(([, { masked }]) => fieldsMasked(masked)),
  );
}

// Private:

const textOf = (policies: PolicyTexts): string => JSON.stringify(policyFiles(policies));

/** The committed graph may be from a version whose bundles listed fields without masks. */
const fieldsMasked = (
  masked: RuleBundle['agencies'][string]['masked'] | readonly Coordinate[],
): readonly Coordinate[] => (Array.isArray(masked) ? masked : Object.keys(masked));

function fieldsOf({ definitions }: DocumentNode): ReadonlySet<Coordinate> {
  return new Set(
    definitions.flatMap((type) =>
      type.kind === Kind.OBJECT_TYPE_DEFINITION || type.kind === Kind.INTERFACE_TYPE_DEFINITION
        ? (type.fields ?? []).map(({ name }) => `${type.name.value}.${name.value}`)
        : [],
    ),
  );
}

/** Each kind of caller is used many times. */
const REMEMBERED_PROFILES = 50_000;
