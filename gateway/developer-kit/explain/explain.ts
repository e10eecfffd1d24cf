import { parse } from 'graphql';
import type { Grant } from '../../../shared/access/grant';
import type { AccessContext } from '../../../shared/context-token';
import { fieldExplainer } from '../../access/explain-field';
import { fieldPath } from '../../access/field-path';
import { type GraphTexts, readGraph } from '../../graph/graph-texts';
import type { ExplainArguments } from './arguments';
import { inText } from './in-text';
import { labelOrigins } from './label-origins';

/**
 * Explains by rules alone what a caller is answered about a field.
 *
 * @throws UnknownField, GraphRefused
 */
export async function explain(texts: GraphTexts, asked: ExplainArguments): Promise<string> {
  const { supergraphSdl, rules, supergraph } = await readGraph(texts);
  if (supergraph === undefined) throw new Error('There is no supergraph.');
  const way = fieldPath(supergraph.schema, asked.field).map(({ coordinate }) => coordinate);
  const explained = fieldExplainer(supergraph.requirements, rules)(contextOf(asked), way);
  if (asked.json) return JSON.stringify({ ...whoAsks(asked), field: asked.field, ...explained }, null, 2);
  const text = inText(explained, { originOf: labelOrigins(parse(supergraphSdl)), all: asked.all });
  return `${heading(asked)}\n\n${text}`;
}

// Private:

/** What the reference covers is a matter of the record. */
function contextOf({ caller, stated, meetingKind }: ExplainArguments): AccessContext {
  const { purpose, reference, reasonGiven } = stated;
  const grant: Grant | null = reference && {
    kind: reference.kind,
    ...(reference.kind === 'meeting' && { meetingKind }),
    children: [],
    cases: [],
    meetings: [],
  };
  return { caller, purpose, reference, reasonGiven, grant };
}

function whoAsks({ caller: { sub, agency, roles, region }, stated, meetingKind, referenceAssumed }: ExplainArguments) {
  const { purpose, reference, reasonGiven } = stated;
  return {
    caller: { sub, agency, roles, region },
    purpose,
    reference: reference && {
      kind: reference.kind,
      ...(reference.kind === 'meeting' && { meetingKind }),
      assumed: referenceAssumed,
    },
    reasonGiven,
  };
}

function heading(asked: ExplainArguments): string {
  const { caller, purpose, reference } = whoAsks(asked);
  const meeting = reference?.meetingKind === undefined ? '' : `${reference.meetingKind} `;
  const covered = reference && `, with a ${meeting}${reference.kind} that the caller takes part in`;
  return (
    `${caller.sub} (${caller.roles.join(', ')} of ${caller.agency}, region ${caller.region}) ` +
    `for ${purpose}${covered ?? ''}: ${asked.field}`
  );
}
