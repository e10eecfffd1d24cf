import {
  type DocumentNode,
  execute,
  type FieldNode,
  type FragmentDefinitionNode,
  type GraphQLSchema,
  getNullableType,
  isListType,
  Kind,
  parse,
  TypeInfo,
  visit,
  visitWithTypeInfo,
} from 'graphql';
import type { StaticDecisions } from '../../gateway/access/static-decisions';
import { ROLES } from '../../shared/domain/caller';
import { Choices, SEED } from '../support/choices';
import { type GeneratedOperation, OperationWriter } from '../support/generated-operations';
import { smallGraph } from '../support/small-graph';

const OPERATIONS = 300;

const label = (...classes: string[]) =>
  `@policy(policies: [${classes.map((name) => `["education.${name}"]`).join(', ')}])`;

/** Every role opens the data class of its name, so random roles refuse random fields. */
const SCHEMA = `
  type Query { item: Item ${label('open')} items: [Item!]! ${label('open')} must: Item! ${label('open')}
    node: Node ${label('open')} either(first: Int = 2): [Either] ${label('open', 'auditor')} closed: [Item!]! ${label('supervisor')}
    page(first: Int): Page! ${label('auditor')} }
  type Page { edges: [Edge!]! nodes: [Item!]! pageInfo: PageInfo! totalCount: Int! }
  type Edge { cursor: String! node: Node }
  type PageInfo { hasNextPage: Boolean! endCursor: String }
  interface Node { id: ID! name: String count: Int! next: Node box: Box }
  type Item implements Node { id: ID! name: String ${label('auditor')} count: Int! ${label('open')} next: Node ${label('meeting-clerk', 'auditor')}
    box: Box firm: String! ${label('case-worker')} tags: [String!]! ${label('developer')} rows: [[Item!]!] ${label('open')}
    peers(first: Int = 2): [Item!] ${label('open')} mustBox: Box! boxes: [Box!]! either: Either ${label('open')} }
  type Place implements Node { id: ID! name: String ${label('open')} count: Int! ${label('supervisor')} next: Node ${label('open')} box: Box
    size: Int ${label('open')} vault: Vault }
  type Box { asOf: String value: String ${label('child-director')} item: Item ${label('agency-officer')} }
  type Vault ${label('meeting-member')} { id: ID! item: Item! }
  union Either = Item | Place
`;

const choices = new Choices(SEED);

/** Some objects that refer to each other, with nulls where the schema allows them. */
function data() {
  const sometimes = <Value>(value: Value): Value | null => (choices.chance(0.2) ? null : value);
  const items: Record<string, unknown>[] = Array.from({ length: 4 }, (_, index) => ({
    __typename: 'Item',
    id: `i${index}`,
  }));
  const places: Record<string, unknown>[] = Array.from({ length: 3 }, (_, index) => ({
    __typename: 'Place',
    id: `p${index}`,
  }));
  const item = () => choices.one(items);
  const node = () => choices.one([...items, ...places]);
  const box = () => ({ asOf: sometimes('today'), value: sometimes('value'), item: sometimes(item()) });
  for (const one of items) {
    const peers = sometimes(choices.several(0, 3, item));
    Object.assign(one, {
      name: sometimes('name'),
      count: 1,
      next: sometimes(node()),
      box: sometimes(box()),
      firm: 'firm',
      tags: choices.several(0, 2, () => 'tag'),
      rows: sometimes(choices.several(0, 2, () => choices.several(0, 2, item))),
      peers: ({ first }: { first: number }) => peers?.slice(0, first),
      mustBox: box(),
      boxes: choices.several(0, 2, box),
      either: sometimes(node()),
    });
  }
  for (const one of places) {
    const vault = { id: 'v', item: item() };
    Object.assign(one, {
      name: 'place',
      count: 2,
      next: sometimes(node()),
      box: box(),
      firm: 7,
      vault: sometimes(vault),
    });
  }
  const either = choices.several(0, 3, () => sometimes(node()));
  return {
    item: sometimes(item()),
    items: choices.several(0, 3, item),
    must: item(),
    node: sometimes(node()),
    either: ({ first }: { first: number }) => either.slice(0, first),
    closed: items,
    page: {
      edges: [{ cursor: 'c', node: node() }],
      nodes: [item()],
      pageInfo: { hasNextPage: true, endCursor: 'c' },
      totalCount: 9,
    },
  };
}

/** Inlines all fragments, so every selection is where it is selected. */
function writtenOut(document: DocumentNode): DocumentNode {
  const fragments = new Map(
    document.definitions
      .filter((definition) => definition.kind === Kind.FRAGMENT_DEFINITION)
      .map((fragment): [string, FragmentDefinitionNode] => [fragment.name.value, fragment]),
  );
  const expand = (node: DocumentNode): DocumentNode =>
    visit(node, {
      FragmentSpread: ({ name, directives }) => {
        const { typeCondition, selectionSet } = fragments.get(name.value) as FragmentDefinitionNode;
        const inner = structuredClone({ typeCondition, selectionSet });
        return { kind: Kind.INLINE_FRAGMENT, directives, ...inner };
      },
    });
  const operations = document.definitions.filter(({ kind }) => kind === Kind.OPERATION_DEFINITION);
  let whole: DocumentNode = { kind: Kind.DOCUMENT, definitions: operations };
  for (let level = 0; level < fragments.size + 1; level += 1) whole = expand(whole);
  return whole;
}

/** A refused connection is an empty page. */
const NO_PAGE: Record<string, unknown> = {
  edges: [],
  nodes: [],
  pageInfo: { hasNextPage: false, endCursor: null },
  totalCount: 0,
};

/** The answer of graphql-js on the whole schema with resolvers of refused fields that return null or []. */
async function answerOfRefusingResolvers(
  schema: GraphQLSchema,
  { document, variables }: GeneratedOperation,
  rootValue: unknown,
  { refused, shut }: StaticDecisions,
): Promise<unknown> {
  const whole = writtenOut(document);
  const hidden = new Set<FieldNode>();
  let around = 0;
  const typeInfo = new TypeInfo(schema);
  visit(
    whole,
    visitWithTypeInfo(typeInfo, {
      Field: {
        enter(node) {
          const coordinate = `${typeInfo.getParentType()?.name}.${node.name.value}`;
          if (around === 0 && !refused.has(coordinate) && !shut.has(coordinate)) return;
          around += 1;
          hidden.add(node);
        },
        leave(node) {
          if (hidden.has(node)) around -= 1;
        },
      },
    }),
  );
  const result = await execute({
    schema,
    document: whole,
    variableValues: variables,
    rootValue,
    fieldResolver: (source, args, _context, { parentType, fieldName, fieldNodes, returnType }) => {
      if (source === NO_PAGE || source === NO_PAGE.pageInfo) return source[fieldName];
      const nothing = String(returnType) === 'Page!' ? NO_PAGE : isListType(getNullableType(returnType)) ? [] : null;
      if (refused.has(`${parentType.name}.${fieldName}`) || fieldNodes.every((node) => hidden.has(node)))
        return nothing;
      const value = source[fieldName];
      return typeof value === 'function' ? value(args) : value;
    },
  });
  return result.data;
}

test('a restored answer equals that of resolvers that refuse by themselves, and no refused field runs', async () => {
  console.log(`Answers are compared for ${OPERATIONS} generated operations; SEED=${SEED}`);
  const resolved = new Set<string>();
  const graph = smallGraph(SCHEMA, {}, { onResolve: (coordinate) => resolved.add(coordinate) });
  const writer = new OperationWriter(graph.schema, choices);
  let changed = 0;
  let lost = 0;
  for (let count = 0; count < OPERATIONS; count += 1) {
    const rootValue = data();
    const operation = writer.operation();
    const { query, variables } = operation;
    const roles = ROLES.filter(() => choices.chance(0.6));
    const decisions = graph.staticDecisionsFor(roles);
    resolved.clear();
    const { json, executed } = await graph.ask(query, { roles, variables, data: rootValue });
    const expected = JSON.stringify(await answerOfRefusingResolvers(graph.schema, operation, rootValue, decisions));
    const run = [...resolved].filter((coordinate) => decisions.refused.has(coordinate));
    const left =
      executed === null ? [] : fieldsIn(graph.schema, executed).filter((field) => decisions.refused.has(field));
    if (json !== expected || run.length > 0 || left.length > 0) {
      throw new Error(
        `SEED=${SEED}, roles ${roles}\n${query}\n${JSON.stringify(variables)}\nexecuted ${executed}\nrun ${run} left ${left}\n${json}\n${expected}`,
      );
    }
    if (fieldsIn(graph.schema, query).some((field) => decisions.refused.has(field))) changed += 1;
    if (json === 'null') lost += 1;
  }
  expect(changed).toBeGreaterThan(OPERATIONS / 2);
  expect(lost).toBeGreaterThan(0);
});

function fieldsIn(schema: GraphQLSchema, text: string): string[] {
  const found: string[] = [];
  const typeInfo = new TypeInfo(schema);
  visit(
    parse(text),
    visitWithTypeInfo(typeInfo, {
      Field: ({ name }) => {
        found.push(`${typeInfo.getParentType()?.name}.${name.value}`);
      },
    }),
  );
  return found;
}
