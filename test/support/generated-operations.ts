import {
  type DocumentNode,
  doTypesOverlap,
  type GraphQLCompositeType,
  type GraphQLSchema,
  getNamedType,
  isAbstractType,
  isCompositeType,
  isUnionType,
  parse,
  validate,
} from 'graphql';
import type { Choices } from './choices';

const FRAGMENTS = ['F', 'G', 'H'];
const DEPTH = 4;

export interface GeneratedOperation {
  readonly query: string;
  readonly document: DocumentNode;
  readonly variables: Readonly<Record<string, boolean>>;
}

interface Fragment {
  readonly name: string;
  readonly type: GraphQLCompositeType;
  readonly body: string;
}

/**
 * Generates valid operations on a schema with aliases, arguments, conditions, nested fragments, and repeated fields
 * with different conditions and selections.
 */
export class OperationWriter {
  private readonly schema: GraphQLSchema;
  private readonly choices: Choices;
  private readonly composites: readonly GraphQLCompositeType[];

  private readonly aliases: readonly string[];

  /** @param aliases to use occasionally, even if other fields have the same key. */
  constructor(schema: GraphQLSchema, choices: Choices, aliases: readonly string[] = []) {
    this.schema = schema;
    this.choices = choices;
    this.aliases = aliases;
    this.composites = Object.values(schema.getTypeMap())
      .filter(isCompositeType)
      .filter(({ name }) => !name.startsWith('__'));
  }

  operation(): GeneratedOperation {
    for (;;) {
      const query = this.text();
      // Without the list of tokens.
      const document = parse(query, { noLocation: true });
      // The validator rejects fields that cannot be merged.
      if (validate(this.schema, document).length > 0) continue;
      return { query, document, variables: { a: this.choices.chance(0.5), b: this.choices.chance(0.5) } };
    }
  }

  private text(): string {
    const fragments: Fragment[] = [];
    // Each may spread the earlier ones.
    for (const name of FRAGMENTS) {
      const type = this.choices.one(this.composites);
      fragments.push({ name, type, body: this.selections(type, DEPTH - 2, fragments) });
    }
    const roots = [this.schema.getQueryType(), this.schema.getMutationType()].filter((type) => type != null);
    const root = this.choices.one(roots);
    let whole = this.selections(root, DEPTH, fragments);
    for (const { name, type, body } of fragments.reverse()) {
      if (whole.includes(`...${name}`)) whole += `\nfragment ${name} on ${type.name} ${body}`;
    }
    const declared = ['a', 'b'].filter((name) => whole.includes(`$${name}`)).map((name) => `$${name}: Boolean!`);
    const kind = root === this.schema.getMutationType() ? 'mutation' : 'query';
    return `${kind} ${declared.length > 0 ? `(${declared.join(', ')}) ` : ''}${whole}`;
  }

  private selections(type: GraphQLCompositeType, depth: number, fragments: readonly Fragment[]): string {
    const written = this.choices.several(1, 4, () => this.selection(type, depth, fragments));
    if (depth > 0 && this.choices.chance(0.3)) {
      written.push(...this.repeated(type, depth, fragments));
    }
    return `{ ${written.join(' ')} }`;
  }

  /** One field several times, sometimes in a fragment, to test the merging of the rest. */
  private repeated(type: GraphQLCompositeType, depth: number, fragments: readonly Fragment[]): string[] {
    const fields = Object.values(isUnionType(type) ? {} : type.getFields());
    const composite = fields.filter((field) => isCompositeType(getNamedType(field.type)));
    if (composite.length === 0) return [];
    const { name, type: target } = this.choices.one(composite);
    const named = getNamedType(target) as GraphQLCompositeType;
    const alias = this.alias(0.3);
    return this.choices.several(2, 2, () => {
      const field = `${alias}${name}${this.condition(0.5)} ${this.selections(named, depth - 1, fragments)}`;
      return this.choices.chance(0.3) ? `...${this.condition(0.5)} { ${field} }` : field;
    });
  }

  private selection(type: GraphQLCompositeType, depth: number, fragments: readonly Fragment[]): string {
    const spreadable = fragments.filter((fragment) => doTypesOverlap(this.schema, fragment.type, type));
    if (spreadable.length > 0 && this.choices.chance(0.15)) {
      return `...${this.choices.one(spreadable).name}${this.condition()}`;
    }
    if (depth > 0 && this.choices.chance(isUnionType(type) ? 0.8 : 0.15)) {
      const possible = isAbstractType(type) ? this.schema.getPossibleTypes(type) : [];
      const inner = this.choices.one<GraphQLCompositeType>([type, ...possible, ...possible]);
      const named = inner !== type || this.choices.chance(0.5) ? ` on ${inner.name}` : '';
      return `...${named}${this.condition()} ${this.selections(inner, depth - 1, fragments)}`;
    }
    return this.field(type, depth, fragments);
  }

  private field(type: GraphQLCompositeType, depth: number, fragments: readonly Fragment[]): string {
    const fields = Object.values(isUnionType(type) ? {} : type.getFields()).filter(
      (field) => depth > 0 || !isCompositeType(getNamedType(field.type)),
    );
    if (fields.length === 0 || this.choices.chance(0.1)) return `${this.alias(0.4)}__typename`;
    const { name, type: target, args } = this.choices.one(fields);
    const given = args.length > 0 && this.choices.chance(0.5);
    // A field with different arguments needs different keys.
    const own = given ? `${name}_one: ` : this.choices.chance(0.2) ? `${name}_too: ` : '';
    const alias = this.alias(0.4) || own;
    const named = getNamedType(target);
    const below = isCompositeType(named) ? ` ${this.selections(named, depth - 1, fragments)}` : '';
    return `${alias}${name}${given ? '(first: 1)' : ''}${this.condition()}${below}`;
  }

  private alias(probability: number): string {
    const called = this.aliases.length > 0 && this.choices.chance(probability);
    return called ? `${this.choices.one(this.aliases)}: ` : '';
  }

  private condition(probability = 0.2): string {
    if (!this.choices.chance(probability)) return '';
    return ` @${this.choices.one(['skip', 'include'])}(if: ${this.choices.one(['true', 'false', '$a', '$b'])})`;
  }
}
