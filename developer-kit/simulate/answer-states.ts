import {
  type FragmentDefinitionNode,
  type GraphQLNamedType,
  type GraphQLSchema,
  getNamedType,
  isCompositeType,
  Kind,
  type SelectionSetNode,
} from 'graphql';
import type { Coordinate } from '../../shared/access/labels';
import type { DistrictAnswer } from './district-system';
import type { ReplayableOperation } from './replayable-operation';

/** The answer at one selected field of an operation. */
export interface AnswerState {
  readonly coordinate: Coordinate;
  /** `CLEAR`, `MASKED`, `DENIED`, `NO_DATA`; several if rows differ; or an error code. */
  readonly answers: ReadonlySet<string>;
  /** The values, only for comparison: they must not be shown. */
  readonly values: readonly string[];
}

/** One place at which two answers differ; `before` and `after` are equal if only values differ. */
export interface Difference {
  readonly coordinate: Coordinate;
  readonly before: string;
  readonly after: string;
}

/** The answers to an operation by place: the path of coordinates from the root, parents before children. */
export function answerStates(
  schema: GraphQLSchema,
  { document, operation }: ReplayableOperation,
  { body }: DistrictAnswer,
): ReadonlyMap<string, AnswerState> {
  const { data, errors, extensions } = body as Answer;
  const states = new Map<string, { coordinate: Coordinate; answers: Set<string>; values: string[] }>();
  const access = extensions?.access;
  if (data == null || access === undefined) {
    const codes = (errors ?? []).map((error) => String(error.extensions?.code));
    return new Map([['', { coordinate: 'the operation', answers: new Set(codes), values: [] }]]);
  }
  const denied = new Set(access.denied.map(({ coordinate }) => coordinate));
  const masked = new Set(access.masked);
  const fragments = new Map<string, FragmentDefinitionNode>();
  for (const definition of document.definitions) {
    if (definition.kind === Kind.FRAGMENT_DEFINITION) fragments.set(definition.name.value, definition);
  }
  walk(operation.selectionSet, schema.getQueryType() ?? undefined, data, '');
  return states;

  function walk(set: SelectionSetNode, type: GraphQLNamedType | undefined, value: object, above: string): void {
    for (const selection of set.selections) {
      if (selection.kind === Kind.FIELD) {
        const { alias, name, selectionSet } = selection;
        const field = type !== undefined && 'getFields' in type ? type.getFields()[name.value] : undefined;
        const answered = (value as Readonly<Record<string, unknown>>)[alias?.value ?? name.value];
        if (type === undefined || field === undefined || answered === undefined) continue;
        const coordinate = `${type.name}.${name.value}`;
        const place = `${above}/${alias?.value ?? ''}:${coordinate}`;
        const rows = [answered].flat(5).filter((row) => row !== null);
        const state = states.get(place) ?? { coordinate, answers: new Set<string>(), values: [] };
        states.set(place, state);
        state.answers.add(answerOf(coordinate, rows.length > 0));
        state.values.push(...rows.map((row) => (typeof row === 'object' ? '{}' : JSON.stringify(row))), ';');
        if (selectionSet === undefined) continue;
        for (const row of rows) walk(selectionSet, getNamedType(field.type), row as object, place);
      } else {
        const fragment = selection.kind === Kind.FRAGMENT_SPREAD ? fragments.get(selection.name.value) : selection;
        const condition = fragment?.typeCondition && schema.getType(fragment.typeCondition.name.value);
        if (fragment === undefined) continue;
        walk(fragment.selectionSet, isCompositeType(condition) ? condition : type, value, above);
      }
    }
  }

  function answerOf(coordinate: Coordinate, shown: boolean): string {
    if (denied.has(coordinate) && !shown) return 'DENIED';
    if (!shown) return 'NO_DATA';
    return masked.has(coordinate) ? 'MASKED' : 'CLEAR';
  }
}

/** The differences between two answers to the same operation, without those below another difference. */
export function differencesOf(
  before: ReadonlyMap<string, AnswerState>,
  after: ReadonlyMap<string, AnswerState>,
): readonly Difference[] {
  const found = new Map<string, Difference>();
  const places = [...new Set([...before.keys(), ...after.keys()])].sort((a, b) => a.length - b.length);
  for (const place of places) {
    if ([...found.keys()].some((above) => place.startsWith(`${above}/`) || above === '')) continue;
    const [one, other] = [before.get(place), after.get(place)];
    const [was, is] = [one, other].map((state) => [...(state?.answers ?? ['NOT_ASKED'])].sort().join(' and '));
    const same = was === is && one?.values.join() === other?.values.join();
    const coordinate = (one ?? other)?.coordinate ?? '';
    if (!same) found.set(place, { coordinate, before: was ?? '', after: is ?? '' });
  }
  return [...found.values()];
}

// Private:

interface Answer {
  readonly data?: object | null;
  readonly errors?: readonly { readonly extensions?: { readonly code?: unknown } }[];
  readonly extensions?: {
    readonly access?: {
      readonly masked: readonly Coordinate[];
      readonly denied: readonly { readonly coordinate: Coordinate }[];
    };
  };
}
