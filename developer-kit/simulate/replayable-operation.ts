import {
  type DocumentNode,
  type GraphQLSchema,
  getOperationAST,
  Kind,
  type OperationDefinitionNode,
  parse,
  TypeInfo,
  validate,
  visit,
  visitWithTypeInfo,
} from 'graphql';
import { sampleVariables } from '../../gateway/graph/sample-variables';
import { trustedFields } from '../../gateway/trusted-documents/trusted-fields';
import type { Coordinate } from '../../shared/access/labels';

/** The possible subjects of an operation. */
export type SubjectKind = 'child' | 'case' | 'meeting';

export interface ReplayableOperation {
  readonly hash: string;
  readonly name: string;
  readonly text: string;
  readonly document: DocumentNode;
  readonly operation: OperationDefinitionNode;
  /** Null if no variable names a child, case or meeting. */
  readonly about: SubjectKind | null;
  readonly fields: ReadonlySet<Coordinate>;
  variables(subject: Subject | null): Readonly<Record<string, unknown>>;
}

/** A child, case or meeting that an operation is about. */
export interface Subject {
  readonly id: string;
  /** For a child. */
  readonly idNumber?: string;
}

/** Arguments that name a child, case or meeting. */
const SUBJECTS: Readonly<Record<string, { readonly kind: SubjectKind; readonly by: keyof Subject }>> = {
  'Query.child.id': { kind: 'child', by: 'id' },
  'Query.childByIdNumber.idNumber': { kind: 'child', by: 'idNumber' },
  'Query.case.id': { kind: 'case', by: 'id' },
  'Query.jointMeeting.id': { kind: 'meeting', by: 'id' },
};

/** @returns undefined for mutations and for operations that are invalid in this schema, which cannot be replayed. */
export function replayable(schema: GraphQLSchema, hash: string, text: string): ReplayableOperation | undefined {
  const document = parse(text);
  const operation = getOperationAST(document, undefined);
  if (operation == null || operation.operation !== 'query' || validate(schema, document).length > 0) return undefined;
  const named = new Map<string, { readonly kind: SubjectKind; readonly by: keyof Subject }>();
  const types = new TypeInfo(schema);
  visit(
    document,
    visitWithTypeInfo(types, {
      Argument: ({ name, value }) => {
        const subject = SUBJECTS[`${types.getParentType()?.name}.${types.getFieldDef()?.name}.${name.value}`];
        if (value.kind === Kind.VARIABLE && subject !== undefined) named.set(value.name.value, subject);
      },
    }),
  );
  const fitting = sampleVariables(schema, operation);
  return {
    hash,
    name: operation.name?.value ?? hash.slice(0, 8),
    text,
    document,
    operation,
    about: [...named.values()][0]?.kind ?? null,
    fields: trustedFields(new Map([[hash, text]]), schema),
    variables: (subject) => ({
      ...fitting,
      ...Object.fromEntries([...named].map(([variable, { by }]) => [variable, subject?.[by]])),
    }),
  };
}
