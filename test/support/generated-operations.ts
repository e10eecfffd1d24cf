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

/** Valid operations on a schema: aliases, arguments, conditions, and fragments within fragments. */
export class OperationWriter {
  private readonly schema: GraphQLSchema;
  private readonly choices: Choices;
  private readonly composites: readonly GraphQLCompositeType[];

  constructor(schema: GraphQLSchema, choices: Choices) {
    this.schema = schema;
    this.choices = choices;
    this.composites = Object.values(schema.getTypeMap())
      .filter(isCompositeType)
      .filter(({ name }) => !name.startsWith('__'));
  }

  operation(): GeneratedOperation {
    for (;;) {
      const query = this.text();
      const document = parse(query);
      // What cannot be merged is left to the validator to sort out.
      if (validate(this.schema, document).length > 0) continue;
      return { query, document, variables: { a: this.choices.chance(0.5), b: this.choices.chance(0.5) } };
    }
  }

  private text(): string {
    const fragments: Fragment[] = [];
    // Each may spread those that were written before it.
    for (const name of FRAGMENTS) {
      const type = this.choices.one(this.composites);
      fragments.push({ name, type, body: this.selections(type, DEPTH - 2, fragments) });
    }
    let whole = this.selections(this.schema.getQueryType() as GraphQLCompositeType, DEPTH, fragments);
    for (const { name, type, body } of fragments.reverse()) {
      if (whole.includes(`...${name}`)) whole += `\nfragment ${name} on ${type.name} ${body}`;
    }
    const declared = ['a', 'b'].filter((name) => whole.includes(`$${name}`)).map((name) => `$${name}: Boolean!`);
    return `query ${declared.length > 0 ? `(${declared.join(', ')}) ` : ''}${whole}`;
  }

  private selections(type: GraphQLCompositeType, depth: number, fragments: readonly Fragment[]): string {
    return `{ ${this.choices.several(1, 4, () => this.selection(type, depth, fragments)).join(' ')} }`;
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
    if (fields.length === 0 || this.choices.chance(0.1)) return '__typename';
    const { name, type: target, args } = this.choices.one(fields);
    const given = args.length > 0 && this.choices.chance(0.5);
    // A field that is asked for with different arguments needs different names.
    const alias = given ? `${name}_one: ` : this.choices.chance(0.2) ? `${name}_too: ` : '';
    const named = getNamedType(target);
    const below = isCompositeType(named) ? ` ${this.selections(named, depth - 1, fragments)}` : '';
    return `${alias}${name}${given ? '(first: 1)' : ''}${this.condition()}${below}`;
  }

  private condition(): string {
    if (!this.choices.chance(0.2)) return '';
    return ` @${this.choices.one(['skip', 'include'])}(if: ${this.choices.one(['true', 'false', '$a', '$b'])})`;
  }
}
