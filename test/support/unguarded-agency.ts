import { join } from 'node:path';
import { buildSubgraphSchema } from '@apollo/subgraph';
import {
  execute,
  type GraphQLOutputType,
  type GraphQLSchema,
  getNamedType,
  getNullableType,
  isEnumType,
  isLeafType,
  isListType,
  parse,
  TypeInfo,
  visit,
  visitWithTypeInfo,
} from 'graphql';
import { classesOf, readLabels, readMasks, requirementToExist } from '../../shared/access/labels';
import type { MaskForm } from '../../shared/access/mask';
import { PROJECT } from '../../shared/config/project-root';
import type { Agency } from '../../shared/domain/agencies';
import type { Subgraph } from '../../shared/protocol/subgraph-exchange';
import { typeDefs } from '../../shared/subgraph/schema/type-defs';

export const CHILD = 'C'.repeat(43);
export const ID = 'fc000000-0000-8000-8000-00000000000a';
/** Of a meeting that is a case conference; every other one is regular. */
export const CONFERENCE = 'fc000000-0000-8000-8000-00000000000c';

/** An unguarded agency's answer for a text with a mask, and for every other. */
export const CLEAR: Readonly<Record<MaskForm | 'NONE', string>> = {
  NAME: '林小溪',
  ID_NUMBER: '99010120130517002X',
  PHONE: '13800001234',
  ADDRESS: '青禾县柳溪镇青塘村3组12号',
  STUDENT_NUMBER: 'G99010120130517002X',
  NONE: '一段文字',
};

/** An agency without rules: it answers everything in clear, and reports so. */
export function unguardedAgency(agency: Agency): Subgraph {
  const schema = buildSubgraphSchema(typeDefs(join(PROJECT, 'subgraphs', agency)));
  const masks = readMasks(schema);
  return {
    accepts: () => true,
    async handle({ body }) {
      const { query, variables } = body as { query: string; variables?: Record<string, unknown> };
      const { data } = await execute({
        schema,
        document: parse(query),
        variableValues: variables ?? {},
        fieldResolver: (source, args, _context, { parentType, fieldName, returnType }) => {
          if (fieldName === 'useEmergency') return args.children.map((child: string) => ({ id: ID, child }));
          if (fieldName === 'useOpenings') return args.children;
          if (parentType.name === 'Grant' && fieldName === 'kind') return variables?.kind;
          if (parentType.name === 'Grant' && variables?.id === CONFERENCE && fieldName === 'meetingKind')
            return 'CASE_CONFERENCE';
          // Tasks alone are asked with.
          if (parentType.name === 'Grant' && fieldName === 'visitsSchool') return false;
          const known = (source as Record<string, unknown> | undefined)?.[fieldName];
          return known ?? clear(returnType, fieldName, parentType.name, masks.get(`${parentType.name}.${fieldName}`));
        },
      });
      const dataClasses = lookedAt(schema, query);
      const looks = dataClasses.map((dataClass) => ({ dataClass, answer: 'clear' as const, children: 'all' as const }));
      // For entities, these are the requested children.
      const found = variables?.representations === undefined && { children: query.includes(CHILD) ? [CHILD] : [] };
      return { status: 200, body: { data: data as never, extensions: { looks: { ...found, looks, places: [] } } } };
    },
  };
}

function clear(type: GraphQLOutputType, field: string, on: string, mask: MaskForm | undefined): unknown {
  if (isListType(getNullableType(type))) return [clear(getNamedType(type), field, on, mask)];
  const named = getNamedType(type);
  if (!isLeafType(named)) return {};
  if (isEnumType(named)) return named.getValues()[0]?.value;
  const values: Readonly<Record<string, unknown>> = {
    ID: on === 'Child' || field === 'children' || field === 'child' ? CHILD : ID,
    Int: 7,
    Float: 7.5,
    Boolean: true,
    Date: '2026-05-17',
    DateTime: '2026-05-17T08:30:00.000Z',
    String: CLEAR[mask ?? 'NONE'],
  };
  return values[named.name];
}

/** Every class that an operation accesses. */
function lookedAt(schema: GraphQLSchema, query: string): readonly string[] {
  const labels = readLabels(schema);
  const types = new TypeInfo(schema);
  const classes = new Set<string>();
  visit(
    parse(query),
    visitWithTypeInfo(types, {
      Field({ name }) {
        const label = labels.get(`${types.getParentType()?.name}.${name.value}`) ?? [];
        const target = requirementToExist(schema, getNamedType(types.getType())?.name ?? '');
        for (const dataClass of classesOf([...label, ...target])) classes.add(dataClass);
      },
    }),
  );
  return [...classes];
}
