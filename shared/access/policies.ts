import {
  type DetailedError,
  type EntityUidJson,
  type PolicyJson,
  policySetTextToParts,
  policyToJson,
  templateToJson,
  type ValidationError,
  validate,
} from '@cedar-policy/cedar-wasm/nodejs';
import type { Catalogue, DataClassName } from './catalogue';
import { cedarSchema } from './cedar-schema';
import { type Expression, literal, readExpression, UnknownAttribute, UnsupportedExpression } from './expression';
import { resourceAttributesIn } from './resource-attributes';
import { ACTIONS, type Action } from './rule-vocabulary';
import { oneLine, unknown, wording } from './suggestions';

/** One rule of an agency, ready for partial evaluation. */
export interface Policy {
  /** Its `@id`: `education.case-worker-schooling`. */
  readonly id: string;
  /** Its `@basis`: the articles that allow it. */
  readonly basis: string;
  /** Its `@agreement`, an entry of `sharing.yaml`: `education/governance-center/demo-1`. Undefined if it names none. */
  readonly agreement?: string;
  /** Its `@region`: why it names a region of callers, instead of comparing theirs with the record's. */
  readonly region?: string;
  readonly effect: 'permit' | 'forbid';
  readonly actions: ReadonlySet<Action>;
  /** Undefined if its scope does not name a data class. */
  readonly dataClass: DataClassName | undefined;
  /** Conditions of its principal scope and of all `when` and `unless`, in Cedar's order. */
  readonly condition: Expression;
  /** Path below the agency's folder: `cases/access.cedar`. */
  readonly file: string;
  /** Line in the file, from 1. */
  readonly line: number;
}

export interface PolicyFault {
  readonly message: string;
  /** Path below the agency's folder. */
  readonly file: string;
  /** Line in the file, from 1. */
  readonly line: number;
}

/**
 * The texts of an agency's rules by path below its folder: `{ 'access.cedar': '...', 'cases/access.cedar': '...' }`. A
 * single text is the content of `access.cedar`.
 */
export type PolicyTexts = string | Readonly<Record<string, string>>;

/**
 * Reads an agency's rules, validates them strictly against the common schema with the agency's classes and attributes, and
 * checks this project's own requirements. The file of a rule has no influence on its effect.
 *
 * @returns policies and faults, sorted by file and line.
 */
export function readPolicies(
  texts: PolicyTexts,
  catalogue: Catalogue,
): { readonly policies: readonly Policy[]; readonly faults: readonly PolicyFault[] } {
  const files = Object.entries(policyFiles(texts)).map(([file, text]) => partsOf(file, text));
  const sources = files.flatMap((parts) => parts.sources);
  const validation = validationFaults(
    sources.filter(({ isTemplate }) => !isTemplate),
    catalogue,
  );
  const policies: Policy[] = [];
  const faults: PolicyFault[] = files.flatMap((parts) => parts.faults);
  const seen = new Set<string>();
  for (const source of sources) {
    const { id, basis, file, line } = source;
    faults.push(...annotationFaults(id, basis, seen, catalogue).map((message) => ({ message, file, line })));
    seen.add(id);
    const errors = validation.errors.filter((fault) => fault.source === source);
    const outcome = errors.length > 0 ? errors : readSource(source, catalogue);
    if ('condition' in outcome) {
      policies.push(outcome);
      // Warnings count only without errors, as "can never apply" may follow from an error.
      faults.push(...validation.warnings.filter((fault) => fault.source === source));
    } else faults.push(...outcome);
  }
  const order = files.map(({ file }) => file);
  return {
    policies,
    faults: faults.toSorted((a, b) => order.indexOf(a.file) - order.indexOf(b.file) || a.line - b.line),
  };
}

/** The texts by file. */
export function policyFiles(texts: PolicyTexts): Readonly<Record<string, string>> {
  return typeof texts === 'string' ? { 'access.cedar': texts } : texts;
}

// Private:

interface Source {
  readonly text: string;
  readonly isTemplate: boolean;
  readonly file: string;
  /** Line in the file, from 1. */
  readonly line: number;
  readonly json: PolicyJson;
  readonly id: string;
  readonly basis: string;
  readonly agreement?: string;
  readonly region?: string;
}

/** The rules of one file; none if its syntax is wrong. */
function partsOf(
  file: string,
  text: string,
): { readonly file: string; readonly sources: readonly Source[]; readonly faults: readonly PolicyFault[] } {
  const parts = policySetTextToParts(text);
  if (parts.type === 'failure') {
    return { file, sources: [], faults: parts.errors.map((error) => ({ ...syntaxFault(error, text), file })) };
  }
  const sources = sourcesOf([...parts.policies, ...parts.policy_templates], text).map((source) => ({
    ...source,
    isTemplate: !parts.policies.includes(source.text),
    file,
  }));
  return { file, sources, faults: [] };
}

/** Restores the order of the file, which Cedar does not keep. */
function sourcesOf(rules: readonly string[], text: string): readonly Omit<Source, 'file' | 'isTemplate'>[] {
  const found: { readonly rule: string; readonly start: number }[] = [];
  // Longest first, because a rule without annotations may also be the end of another rule.
  for (const rule of rules.toSorted((a, b) => b.length - a.length)) {
    let start = text.indexOf(rule);
    while (found.some((other) => other.start <= start && start < other.start + other.rule.length)) {
      start = text.indexOf(rule, start + 1);
    }
    found.push({ rule, start });
  }
  return found
    .toSorted((a, b) => a.start - b.start)
    .map(({ rule, start }) => {
      const json = jsonOf(rule);
      const { id, basis, agreement, region } = json.annotations ?? {};
      return {
        text: rule,
        line: lineAt(text, start),
        json,
        id: id ?? '',
        basis: basis ?? '',
        ...(agreement !== undefined && { agreement: agreement ?? '' }),
        ...(region !== undefined && { region: region ?? '' }),
      };
    });
}

/** A rule or a template (a rule with slots). */
function jsonOf(rule: string): PolicyJson {
  const answer = policyToJson(rule);
  const parsed = answer.type === 'success' ? answer : templateToJson(rule);
  if (parsed.type === 'failure') throw new Error(parsed.errors.map(({ message }) => message).join('; '));
  return parsed.json;
}

function readSource(source: Source, catalogue: Catalogue): Policy | readonly PolicyFault[] {
  const { json, id, basis, agreement, region, file, line } = source;
  const annotations = {
    id,
    basis,
    ...(agreement !== undefined && { agreement }),
    ...(region !== undefined && { region }),
  };
  try {
    return { ...readPolicy(json, catalogue), ...annotations, file, line };
  } catch (error) {
    if (error instanceof UnknownAttribute) {
      return [{ message: `${nameOf(id)} reads ${unknown('attribute', error.attribute, error.known)}`, file, line }];
    }
    if (!(error instanceof UnsupportedExpression)) throw error;
    return [{ message: `${nameOf(id)} ${error.message}, which rules here must not.`, file, line }];
  }
}

const nameOf = (id: string): string => (id === '' ? 'A rule' : `Rule "${id}"`);

const lineAt = (text: string, position: number): number => text.slice(0, Math.max(position, 0)).split('\n').length;

/** Cedar's offsets are bytes of UTF-8. */
function characterAt(text: string, byte: number): number {
  return Buffer.from(text, 'utf8').subarray(0, byte).toString('utf8').length;
}

function annotationFaults(
  id: string,
  basis: string,
  seen: ReadonlySet<string>,
  { agency }: Catalogue,
): readonly string[] {
  if (id === '') return ['A rule has no @id.'];
  return [
    ...(id.startsWith(`${agency}.`) ? [] : [`Rule "${id}" must have an @id that begins with "${agency}.".`]),
    ...(seen.has(id) ? [`Two rules have the @id "${id}".`] : []),
    ...(basis.trim() === '' ? [`Rule "${id}" has no @basis: the article that allows it.`] : []),
  ];
}

function readPolicy(
  json: PolicyJson,
  catalogue: Catalogue,
): Omit<Policy, 'id' | 'basis' | 'agreement' | 'region' | 'file' | 'line'> {
  const { effect, principal, action, resource, conditions } = json;
  const parts: Expression[] = [];
  for (const scope of [principal, resource]) {
    if ('slot' in scope) throw new UnsupportedExpression(`has the slot ${scope.slot}`);
    if (scope.op === 'is' && scope.in) throw new UnsupportedExpression('uses "is ... in" in its scope');
    const type = 'entity' in scope ? typeOf(scope.entity) : undefined;
    if (type === 'Officer' || type === 'Record') throw new UnsupportedExpression(`names a single ${type}`);
  }
  if (principal.op === 'in' && 'entity' in principal) parts.push(membership('principal', idOf(principal.entity)));
  let dataClass: string | undefined;
  if (resource.op === 'in' && 'entity' in resource) {
    if (typeOf(resource.entity) === 'DataClass') dataClass = idOf(resource.entity);
    else parts.push(membership('resource', idOf(resource.entity)));
  }
  for (const { kind, body } of conditions) {
    const condition = readExpression(body, catalogue.attributes);
    parts.push(kind === 'when' ? condition : { kind: 'not', argument: condition });
  }
  const condition =
    parts.reduceRight<Expression | undefined>(
      (rest, part) => (rest === undefined ? part : { kind: 'and', left: part, right: rest }),
      undefined,
    ) ?? literal(true);
  const actions = new Set(actionsOf(action));
  if (
    effect === 'permit' &&
    action.op !== 'All' &&
    actions.has('learnRefusal') &&
    resourceAttributesIn(condition).length > 0
  ) {
    throw new UnsupportedExpression('makes the visibility of a refusal depend on the record');
  }
  return {
    effect,
    actions,
    dataClass,
    condition,
  };
}

function membership(name: 'principal' | 'resource', group: string): Expression {
  const hierarchy = name === 'principal' ? 'role' : 'class';
  return { kind: 'in', hierarchy, left: { kind: 'variable', name }, right: literal(group) };
}

const idOf = (entity: EntityUidJson): string => ('__entity' in entity ? entity.__entity : entity).id;

const typeOf = (entity: EntityUidJson): string => ('__entity' in entity ? entity.__entity : entity).type;

function actionsOf(action: PolicyJson['action']): readonly Action[] {
  if (action.op === 'All') return ACTIONS;
  const named =
    action.op === '=='
      ? 'entity' in action
        ? [idOf(action.entity)]
        : []
      : ('entities' in action ? action.entities : [action.entity]).map(idOf);
  return ACTIONS.filter((name) => named.includes(name));
}

function syntaxFault({ message, help, sourceLocations }: DetailedError, text: string): Omit<PolicyFault, 'file'> {
  const start = characterAt(text, sourceLocations?.[0]?.start ?? 0);
  const [, id = ''] = [...text.slice(0, start).matchAll(/@id\("([^"]*)"\)/g)].at(-1) ?? [];
  const words = oneLine(message.replace(/^failed to parse policies from string: /, ''), help);
  return { message: `${nameOf(id)} cannot be read: ${words}`, line: lineAt(text, start) };
}

type FaultOfSource = PolicyFault & { readonly source: Source };

/** @returns errors and warnings: rules that can never apply, and characters that disguise a rule. */
function validationFaults(
  sources: readonly Source[],
  catalogue: Catalogue,
): { readonly errors: readonly FaultOfSource[]; readonly warnings: readonly FaultOfSource[] } {
  const staticPolicies = Object.fromEntries(sources.map(({ text }, index) => [String(index), text]));
  const answer = validate({ schema: cedarSchema(catalogue), policies: { staticPolicies } });
  if (answer.type === 'failure') throw new Error(answer.errors.map(({ message }) => message).join('; '));
  const faultsOf = (found: readonly ValidationError[]): readonly FaultOfSource[] => {
    const faults = found.map(({ policyId, error }) => {
      const source = sources[Number(policyId)] as Source;
      const start = characterAt(source.text, error.sourceLocations?.[0]?.start ?? 0);
      const line = source.line + lineAt(source.text, start) - 1;
      return { source, message: `${nameOf(source.id)}${wording(error)}`, file: source.file, line };
    });
    // Reports the same fault of one line once.
    return [...new Map(faults.map((fault) => [`${fault.file} ${fault.line} ${fault.message}`, fault])).values()];
  };
  // Chinese and Latin letters may be mixed.
  const warnings = answer.validationWarnings.filter(({ error }) => !error.message.endsWith('mixed scripts'));
  return { errors: faultsOf(answer.validationErrors), warnings: faultsOf(warnings) };
}
