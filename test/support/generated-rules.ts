import { parseCatalogue } from '../../shared/access/catalogue';
import type { Value } from '../../shared/access/expression';
import { CONTEXT_ATTRIBUTES, GRANT_ATTRIBUTES, PRINCIPAL_ATTRIBUTES } from '../../shared/access/rule-vocabulary';
import { REFERENCE_KINDS } from '../../shared/domain/purpose';
import type { Choices } from './choices';

/** One required and one optional attribute of each type. */
export const CATALOGUE_TEXT = `classes:
  education.schooling: { name: 就学, grade: general, basis: test, refusal: denied }
  education.support: { name: 资助, grade: sensitive, basis: test, refusal: absent }
  education.protection: { name: 保护, grade: restricted, basis: test, refusal: absent }
plain: []
record:
  level: Long
  score?: Long
  boarding: Bool
  leftBehind?: Bool
  school: String
  caseId?: String
  leadAgency: Agency
  partner?: Agency
  formerRegion?: Region
  needs: Set<String>
  contacts?: Set<String>
  agencies: Set<Agency>
  helpers?: Set<Agency>
`;

export const CATALOGUE = parseCatalogue('education', CATALOGUE_TEXT, 'catalogue.yaml');

export const DATA_CLASSES = [...CATALOGUE.classes.keys()];

const UUID = '0b54e7a2-6f1c-4d0e-9b1a-2f8e5c3d7a10';
export const UUIDS = [UUID, '6a1d3c58-90ef-4b27-8c44-d1e2f3a4b5c6', '00000000-0000-0000-0000-000000000000'] as const;

/** Few values, so rules, requests and records often share them. */
export const VALUES = {
  Bool: [true, false],
  Long: [-3, 0, 1, 2, Number.MAX_SAFE_INTEGER],
  // Difficult values for patterns, quotes, bindings and UUIDs.
  String: ['', 'a', 'aba', 'ab', '小学', '小学👧', '100%', '10_', 'a*b', '?', `it's "\\`, ...UUIDS, UUID.toUpperCase()],
  Agency: ['education', 'civil-affairs', 'public-security'],
  Region: ['99', '9901', '990101', '990101001', '990101001003', '990102', '990102001', '9801'],
  Purpose: ['CASE_HANDLING', 'JOINT_MEETING', 'VISIT'],
  GrantKind: [...REFERENCE_KINDS],
  MeetingKind: ['REGULAR', 'CASE_CONFERENCE'],
  Action: ['read', 'readMasked', 'learnRefusal'],
  Role: ['case-worker', 'supervisor', 'agency-officer', 'auditor'],
  DataClass: DATA_CLASSES,
  Grade: ['general', 'sensitive', 'restricted'],
} as const satisfies Record<string, readonly Value[]>;

type Scalar = keyof typeof VALUES;

const isScalar = (type: string): type is Scalar => type in VALUES;

export const elementType = (type: string): string | undefined => /^Set<(.*)>$/.exec(type)?.[1];

/** Types of compared values. */
const COMPARED = [
  ...(['Bool', 'Long', 'String', 'Agency', 'Region', 'Purpose', 'GrantKind', 'MeetingKind', 'Action'] as const),
  ...['Set<String>', 'Set<Agency>', 'Set<Region>', 'Set<Long>', 'Set<Set<String>>'],
];

const SETS = COMPARED.filter((type) => elementType(type) !== undefined);

interface Attribute {
  /** `resource.child` */
  readonly path: string;
  readonly type: string;
  /** `resource has child` */
  readonly has: string;
  /** The paths whose presence strict validation requires first. */
  readonly needs: readonly string[];
}

function attributesOf(
  container: string,
  attributes: Readonly<Record<string, string>>,
  needs: readonly string[] = [],
): readonly Attribute[] {
  return Object.entries(attributes).map(([key, type]) => {
    const name = key.replace('?', '');
    const path = `${container}.${name}`;
    return { path, type, has: `${container} has ${name}`, needs: key.endsWith('?') ? [...needs, path] : needs };
  });
}

const ATTRIBUTES = [
  ...attributesOf('resource', CATALOGUE.attributes),
  ...attributesOf('principal', PRINCIPAL_ATTRIBUTES),
  ...attributesOf('context', CONTEXT_ATTRIBUTES),
  ...attributesOf('context.grant', GRANT_ATTRIBUTES, ['context.grant']),
];

/** `has` tests after which a rule may use an optional attribute. */
const GUARDS: readonly { readonly has: string; readonly gives: Present }[] = [
  ...ATTRIBUTES.filter(({ needs, path }) => needs[0] === path).map(({ has, path }) => ({ has, gives: [path] })),
  ...['context has grant.meetingKind', '(context has grant && context.grant has meetingKind)'].map((has) => ({
    has,
    gives: ['context.grant', 'context.grant.meetingKind'],
  })),
];

/** Optional paths that are usable at a place in a rule because of the surrounding tests. */
type Present = readonly string[];

/** Writes rules that strict validation accepts, except those that can never apply. */
export class RuleWriter {
  private readonly choices: Choices;

  constructor(choices: Choices) {
    this.choices = choices;
  }

  /** As Cedar text. */
  rule(id: string): string {
    const { choices } = this;
    const effect = choices.chance(0.7) ? 'permit' : 'forbid';
    const scope = [
      `principal${choices.one(['', '', ` in ${this.literal('Role')}`, ' is Officer'])}`,
      `action${choices.one(['', '', ' == Action::"read"', ` == ${this.literal('Action')}`, ` in ${this.twoOf('Action')}`])}`,
      `resource${choices.one(['', '', ` in ${this.literal('DataClass')}`, ` in ${this.literal('Grade')}`, ' is Record'])}`,
    ];
    const conditions = choices.several(choices.chance(0.1) ? 0 : 1, 2, () => {
      const keyword = choices.chance(0.75) ? 'when' : 'unless';
      return `${keyword} {\n  ${this.condition(1 + choices.upTo(2), [])}\n}`;
    });
    return `@id("${id}")\n@basis("test")\n${[`${effect} (${scope.join(', ')})`, ...conditions].join('\n')};\n`;
  }

  private condition(depth: number, present: Present): string {
    const { choices } = this;
    if (depth === 0 || choices.chance(0.3)) return this.test(depth, present);
    const part = () => this.condition(depth - 1, present);
    return choices.oneOf(
      () => `(${part()} && ${part()})`,
      () => `(${part()} || ${part()})`,
      () => `!(${part()})`,
      () => `(if ${part()} then ${part()} else ${part()})`,
      () => this.guarded(present, (has, known) => `(${has} && ${this.condition(depth - 1, known)})`),
      () => this.guarded(present, (has, known) => `(${has} && ${this.test(depth, known)})`),
      () =>
        this.guarded(present, (has, known) => `(if ${has} then ${this.condition(depth - 1, known)} else ${part()})`),
    );
  }

  private guarded(present: Present, write: (has: string, known: Present) => string): string {
    const { has, gives } = this.choices.one(GUARDS);
    return write(has, [...present, ...gives]);
  }

  private test(depth: number, present: Present): string {
    const { choices } = this;
    const value = (type: string) => this.value(type, depth, present);
    const set = choices.one(SETS);
    const form = choices.oneOf(
      () => this.equality(value),
      () => `${value('Long')} ${choices.one(['<', '<=', '>', '>='])} ${value('Long')}`,
      () => `${value(set)}.contains(${value(elementType(set) ?? '')})`,
      () => `${value(set)}.${choices.one(['containsAll', 'containsAny'])}(${value(set)})`,
      () => `${value(set)}.isEmpty()`,
      () => `${value('String')} like "${this.pattern()}"`,
      () => `${value('Region')} in ${value(choices.one(['Region', 'Region', 'Set<Region>']))}`,
      () => `${value('Agency')} in ${value(choices.one(['Agency', 'Set<Agency>']))}`,
      () => `principal in ${choices.one([this.literal('Role'), this.twoOf('Role')])}`,
      () => `resource in ${choices.one([this.literal('DataClass'), this.twoOf('DataClass'), this.twoOf('Grade')])}`,
      () => `action ${choices.one(['==', '!=', 'in'])} ${this.literal('Action')}`,
      () => `action in ${this.twoOf('Action')}`,
      () => choices.one(['resource.region in principal.region', 'principal.region in resource.region']),
      () => this.presence(present),
      () => this.kind(value),
      () => value('Bool'),
    );
    return `(${form})`;
  }

  private equality(value: (type: string) => string): string {
    const type = this.choices.one(COMPARED);
    return `${value(type)} ${this.choices.one(['==', '!='])} ${value(type)}`;
  }

  /** `has`, for optional and required attributes. */
  private presence(present: Present): string {
    const askable = ATTRIBUTES.filter(({ path, needs }) =>
      needs.every((needed) => needed === path || present.includes(needed)),
    );
    return this.choices.one([...askable, { has: 'context has grant.cases' }, { has: 'context has grant' }]).has;
  }

  private kind(value: (type: string) => string): string {
    return this.choices.oneOf(
      () => 'principal is Officer',
      () => `principal is Officer in ${this.literal('Role')}`,
      () => `resource is Record in ${this.literal('DataClass')}`,
      () => `${value('Agency')} is Agency`,
      () => `${value('Region')} is Region in ${value('Region')}`,
    );
  }

  private value(type: string, depth: number, present: Present): string {
    const { choices } = this;
    const part = (known = present) => this.value(type, depth - 1, known);
    if (depth > 0 && choices.chance(0.1)) {
      return choices.oneOf(
        () => `(if ${this.condition(depth - 1, present)} then ${part()} else ${part()})`,
        () => this.guarded(present, (has, known) => `(if ${has} then ${part(known)} else ${part()})`),
      );
    }
    const usable = ATTRIBUTES.filter(
      (attribute) => attribute.type === type && attribute.needs.every((needed) => present.includes(needed)),
    );
    if (usable.length > 0 && choices.chance(0.7)) {
      // Attributes that need a test are chosen twice as often.
      return choices.one([...usable, ...usable.filter(({ needs }) => needs.length > 0)]).path;
    }
    if (type === 'Action' && choices.chance(0.5)) return 'action';
    if (isScalar(type)) return this.literal(type);
    const element = elementType(type) ?? '';
    return `[${choices.several(1, 3, () => this.value(element, depth - 1, present)).join(', ')}]`;
  }

  private literal(type: Scalar): string {
    const value = this.choices.one<Value>(VALUES[type]);
    return PLAIN.includes(type) ? JSON.stringify(value) : `${type}::${JSON.stringify(value)}`;
  }

  private twoOf(type: Scalar): string {
    return `[${this.literal(type)}, ${this.literal(type)}]`;
  }

  /** Made of pieces of the string values and wildcards. */
  private pattern(): string {
    const { choices } = this;
    const pieces = choices.several(1, 3, () => {
      const text = [...choices.one(VALUES.String)];
      const start = choices.upTo(2);
      return JSON.stringify(text.slice(start, start + 3).join(''))
        .slice(1, -1)
        .replaceAll('*', '\\*');
    });
    return choices.one(['', '*']) + pieces.join('*') + choices.one(['', '*']);
  }
}

/** Written without their type. */
const PLAIN: readonly string[] = ['Bool', 'Long', 'String'];
