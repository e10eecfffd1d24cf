import { execute, type GraphQLSchema, type ObjectTypeDefinitionNode, parse, print, visit } from 'graphql';
import type { Agency } from '../../shared/domain/agencies';
import type { SmallAgency } from './small-federation';

const LINK =
  'extend schema @link(url: "https://specs.apollo.dev/federation/v2.9", import: ["@key", "@requires", "@external", "@shareable", "@policy", "@inaccessible"])';

const people = [1, 2, 3, 4].map((id) => ({ __typename: id % 2 ? 'Pupil' : 'Teacher', id: String(id) }));
const personOf = (id: string) => people.find((person) => person.id === id) ?? null;
const maybe = (id: string, value: unknown) => (Number(id) % 3 === 0 ? null : value);

/** One subgraph has a home's street, another its bus. */
const home = (id: string) => ({ street: `street ${id}`, bus: `bus ${id}` });

type Resolvers = Readonly<Record<string, Readonly<Record<string, unknown>>>>;

interface PeopleSubgraph {
  readonly sdl: string;
  readonly resolvers: Resolvers;
}

/**
 * Three subgraphs with data about the same people and everything that makes plans difficult: interfaces, unions, nested
 * lists, `@requires`, and mutations.
 */
export const PEOPLE: Readonly<Record<string, PeopleSubgraph>> = {
  registry: {
    sdl: `${LINK} type Query { person(id: ID = "1"): Person people: [Person!]! pairs: [[Person]!] anyone: Anyone must: Pupil! gone: Pupil }
      type Mutation { enrol(first: Int = 1): Person assemble: [Person!] whoever: Anyone }
      interface Person { id: ID! name: String friends: [Person] }
      type Pupil implements Person @key(fields: "id") { id: ID! name: String friends: [Person] size: Int! home: Home @shareable homes: [Home!] @shareable }
      type Home { street: String }
      type Teacher implements Person @key(fields: "id") { id: ID! name: String friends: [Person] }
      union Anyone = Pupil | Teacher`,
    resolvers: {
      Query: {
        person: (_: unknown, { id }: { id: string }) => personOf(id),
        people: () => people,
        pairs: () => [[people[0], null], [people[1], people[0]], []],
        anyone: () => people[1],
        must: () => people[0],
        gone: () => null,
      },
      Mutation: {
        enrol: (_: unknown, { first }: { first: number }) => people[first],
        assemble: () => people.slice(1),
        whoever: () => people[0],
      },
      Person: { __resolveType: ({ __typename }: { __typename: string }) => __typename },
      Anyone: { __resolveType: ({ __typename }: { __typename: string }) => __typename },
      ...Object.fromEntries(
        ['Pupil', 'Teacher'].map((type) => [
          type,
          {
            __resolveReference: ({ id }: { id: string }) => personOf(id),
            name: ({ id }: { id: string }) => maybe(id, `name ${id}`),
            friends: ({ id }: { id: string }) =>
              maybe(id, people.filter((one) => one.id !== id).concat(people[0] as never)),
            ...(type === 'Pupil' && {
              size: ({ id }: { id: string }) => 100 + Number(id),
              home: ({ id }: { id: string }) => maybe(id, home(id)),
              homes: ({ id }: { id: string }) => [home(id), home(`${id} too`)],
            }),
          },
        ]),
      ),
    },
  },
  school: {
    sdl: `${LINK} type Query { school: School }
      type Mutation { teach(first: Int = 1): Pupil }
      type School { pupils: [Pupil!] head: Teacher mood: Mood }
      enum Mood { GOOD BAD }
      type Pupil @key(fields: "id") { id: ID! marks: [Int!] teacher: Teacher size: Int! @external desk: String @requires(fields: "size") home: Home @shareable homes: [Home!] @shareable }
      type Home { bus: String }
      type Teacher @key(fields: "id") { id: ID! pupils: [Pupil!]! room: Room }
      type Room { number: Int! keeper: Teacher }`,
    resolvers: {
      Query: { school: () => ({ pupils: [people[2], people[0]], head: people[3], mood: 'GOOD' }) },
      Mutation: { teach: (_: unknown, { first }: { first: number }) => people[2 * first] },
      Pupil: {
        __resolveReference: ({ id, size }: { id: string; size?: number }) => ({ ...personOf(id), size }),
        marks: ({ id }: { id: string }) => maybe(id, [1, Number(id)]),
        teacher: ({ id }: { id: string }) => maybe(id, people[1]),
        desk: ({ size }: { size?: number }) => `desk for ${size}`,
        home: ({ id }: { id: string }) => maybe(id, home(id)),
        homes: ({ id }: { id: string }) => [home(id), home(`${id} too`)],
      },
      Teacher: {
        __resolveReference: ({ id }: { id: string }) => personOf(id),
        pupils: () => [people[0], people[2], people[0]],
        room: ({ id }: { id: string }) => ({ number: Number(id), keeper: people[3] }),
      },
    },
  },
  health: {
    sdl: `${LINK} type Query { clinic(first: Int = 2): [Pupil] }
      type Pupil @key(fields: "id") { id: ID! check: Check firm: String! }
      type Teacher @key(fields: "id") { id: ID! check: Check }
      type Check { day: String! of: Pupil nothing: String! }`,
    resolvers: {
      Query: { clinic: (_: unknown, { first }: { first: number }) => [people[0], null, people[2]].slice(0, first) },
      Pupil: {
        __resolveReference: ({ id }: { id: string }) => personOf(id),
        check: ({ id }: { id: string }) => maybe(id, { day: 'today', of: people[2] }),
        firm: ({ id }: { id: string }) => maybe(id, 'firm'),
      },
      Teacher: {
        __resolveReference: ({ id }: { id: string }) => personOf(id),
        check: () => ({ day: 'today', of: null }),
      },
      Check: { nothing: () => null },
    },
  },
};

interface Operation {
  readonly query: string;
  readonly variables: Readonly<Record<string, unknown>>;
}

/** The answer of one server with all data. */
export async function asOneGraph(schema: GraphQLSchema, { query, variables }: Operation) {
  const resolvers = Object.values(PEOPLE).map((one) => one.resolvers);
  return execute({
    schema,
    document: parse(query),
    variableValues: variables,
    typeResolver: ({ __typename }: { __typename: string }) => __typename,
    fieldResolver: (source, args, _context, { parentType, fieldName }) => {
      const [resolver] = resolvers.flatMap((one) => one[parentType.name]?.[fieldName] ?? []);
      const value =
        typeof resolver === 'function' ? resolver({ size: 100 + Number(source?.id), ...source }, args) : undefined;
      return resolver === undefined ? source?.[fieldName] : value;
    },
  });
}

const EVERYWHERE = { region: '990101001001' };

/**
 * The people at agencies of a labelled graph, where every answer is guarded by its agency and checked by the gateway.
 * Agencies read only the key of a reference, so nothing here requires more.
 */
export function peopleAgencies(): readonly SmallAgency[] {
  const names: Readonly<Record<string, Agency>> = {
    registry: 'governance-center',
    school: 'education',
    health: 'civil-affairs',
  };
  return Object.entries(PEOPLE).map(([name, { sdl, resolvers }]) => {
    const agency = names[name] as Agency;
    const roots = ['Query', 'Mutation'].flatMap((type) =>
      Object.keys(resolvers[type] ?? {}).map((field) => `${type}.${field}`),
    );
    const entities = ['Pupil', 'Teacher'].filter((type) => type in resolvers);
    const { desk: _, ...pupil } = resolvers.Pupil ?? {};
    return {
      agency,
      schema: labelled(sdl, agency),
      resolvers: { ...resolvers, Pupil: pupil } as SmallAgency['resolvers'],
      records: Object.fromEntries([...roots, ...entities].map((name) => [name, () => EVERYWHERE])),
    };
  });
}

/** Adds a label to every field except keys. */
function labelled(sdl: string, agency: Agency): string {
  const [example] = parse(`type X { x: Int @policy(policies: [["${agency}.open"]]) }`).definitions;
  const label = (example as ObjectTypeDefinitionNode).fields?.[0]?.directives ?? [];
  const has = ({ directives = [] }: Pick<ObjectTypeDefinitionNode, 'directives'>, name: string) =>
    directives.some((directive) => directive.name.value === name);
  return print(
    visit(parse(sdl), {
      ObjectTypeDefinition: (type) => ({
        ...type,
        fields: (type.fields ?? [])
          .filter((field) => !has(field, 'external') && !has(field, 'requires'))
          .map((field) =>
            has(type, 'key') && field.name.value === 'id'
              ? field
              : { ...field, directives: [...(field.directives ?? []), ...label] },
          ),
      }),
    }),
  );
}
