import {
  type CedarValueJson,
  type EntityJson,
  preparsePolicySet,
  statefulIsAuthorized,
} from '@cedar-policy/cedar-wasm/nodejs';
import type { DataClassName } from '../../shared/access/catalogue';
import type { ResourceAttributes } from '../../shared/access/compile';
import {
  type Action,
  CONTEXT_ATTRIBUTES,
  GRANT_ATTRIBUTES,
  PRINCIPAL_ATTRIBUTES,
} from '../../shared/access/rule-vocabulary';
import type { AccessContext } from '../../shared/protocol/context-token';
import { CATALOGUE, elementType, VALUES } from './generated-rules';

/** Decides with Cedar itself. */
export class CedarRules {
  private readonly name: string;
  /** The regions that the rules name. */
  private readonly regions: readonly string[];

  constructor(name: string, rules: Readonly<Record<string, string>>) {
    this.name = name;
    this.regions = Object.values(rules).flatMap((rule) => rule.match(/(?<=Region::")\d+/g) ?? []);
    const answer = preparsePolicySet(name, { staticPolicies: rules });
    if (answer.type === 'failure') throw new Error(JSON.stringify(answer.errors));
  }

  /** @returns Cedar's decision, with the ids of the deciding rules and of the failed ones. */
  decide(action: Action, dataClass: DataClassName, record: ResourceAttributes, context: AccessContext) {
    const regions = new Set([...this.regions, context.caller.region, record.region, record.formerRegion]);
    const answer = statefulIsAuthorized({
      preparsedPolicySetId: this.name,
      principal: OFFICER,
      action: { type: 'Action', id: action },
      resource: RECORD,
      context: requestOf(context),
      // Parsing the entities takes most of Cedar's time.
      entities: [
        ...REGIONS.filter(({ uid }) => regions.has(uid.id)),
        officerOf(context),
        resourceOf(record, dataClass),
      ],
      validateRequest: false,
    });
    if (answer.type === 'failure') throw new Error(JSON.stringify(answer.errors));
    const { decision, diagnostics } = answer.response;
    return { decision, reasons: diagnostics.reason, failed: diagnostics.errors.map(({ policyId }) => policyId) };
  }
}

const OFFICER = { type: 'Officer', id: 'test' };
const RECORD = { type: 'Record', id: 'test' };

/** Lengths of codes: 2-2-2-3-3 digits. */
const LEVELS = [2, 4, 6, 9];

/** Each region with the regions that contain it. */
const REGIONS = VALUES.Region.map((code) => ({
  uid: { type: 'Region', id: code },
  attrs: {},
  parents: LEVELS.filter((length) => length < code.length).map((length) => ({
    type: 'Region',
    id: code.slice(0, length),
  })),
}));

function officerOf({ caller }: AccessContext): EntityJson {
  return {
    uid: OFFICER,
    attrs: attributesOf(caller, PRINCIPAL_ATTRIBUTES),
    parents: caller.roles.map((id) => ({ type: 'Role', id })),
  };
}

function resourceOf(record: ResourceAttributes, dataClass: DataClassName): EntityJson {
  const grade = CATALOGUE.classes.get(dataClass)?.grade ?? '';
  return {
    uid: RECORD,
    attrs: attributesOf(record, CATALOGUE.attributes),
    parents: [
      { type: 'DataClass', id: dataClass },
      { type: 'Grade', id: grade },
    ],
  };
}

function requestOf({ purpose, reasonGiven, grant }: AccessContext): Record<string, CedarValueJson> {
  return attributesOf(
    { purpose, reasonGiven, grant: grant && attributesOf(grant, GRANT_ATTRIBUTES) },
    CONTEXT_ATTRIBUTES,
  );
}

/** Attributes that are null or undefined are missing. */
function attributesOf(values: object, types: Readonly<Record<string, string>>): Record<string, CedarValueJson> {
  return Object.fromEntries(
    Object.entries(types).flatMap(([key, type]) => {
      const name = key.replace('?', '');
      const value = (values as Readonly<Record<string, unknown>>)[name] ?? undefined;
      return value === undefined ? [] : [[name, cedarValue(type, value)]];
    }),
  );
}

function cedarValue(type: string, value: unknown): CedarValueJson {
  const element = elementType(type);
  if (element !== undefined) return (value as readonly unknown[]).map((item) => cedarValue(element, item));
  const plain = typeof value !== 'string' || type === 'String';
  return plain ? (value as CedarValueJson) : { __entity: { type, id: value } };
}
