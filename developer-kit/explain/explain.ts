import { parse } from 'graphql';
import { permittingPurposes } from '../../gateway/access/permitting-purposes';
import type { Explanation } from '../../gateway/explain/explain-answer';
import { fieldExplainer } from '../../gateway/explain/explain-field';
import { fieldPath } from '../../gateway/explain/field-path';
import { type GraphFiles, readGraph } from '../../gateway/graph/graph-files';
import { COVERS_NOTHING, type Grant } from '../../shared/access/grant';
import type { AccessContext } from '../../shared/protocol/context-token';
import type { ExplainArguments } from './arguments';
import { childInText } from './ask-about-child';
import { inText, NAMED } from './in-text';
import { labelOrigins } from './label-origins';

/** Explains, from the rules, what a caller sees of a field; for a child, also shows the running system's answer. */
export async function explain(
  texts: GraphFiles,
  asked: ExplainArguments,
  ofChild: () => Promise<Explanation>,
): Promise<string> {
  const { supergraphSdl, rules, supergraph } = await readGraph(texts);
  if (supergraph === undefined) throw new Error('There is no supergraph.');
  const way = fieldPath(supergraph.schema, asked.field).map(({ coordinate }) => coordinate);
  const { requirements } = supergraph;
  const explained = fieldExplainer(requirements, rules, permittingPurposes(requirements, rules))(contextOf(asked), way);
  const child = asked.child === undefined ? undefined : await ofChild();
  if (asked.json) {
    return JSON.stringify({ ...whoAsks(asked), field: asked.field, ...explained, ...(child && { child }) }, null, 2);
  }
  const text = inText(explained, { originOf: labelOrigins(parse(supergraphSdl)), all: asked.all });
  return [heading(asked), ...(child ? [childInText(child)] : []), `By the rules: ${text}`].join('\n\n');
}

// Private:

/** The children that the reference covers are unknown without a record. */
function contextOf({ caller, stated, meetingKind }: ExplainArguments): AccessContext {
  const { purpose, reference, reasonGiven } = stated;
  const grant: Grant | null = reference && {
    ...COVERS_NOTHING,
    kind: reference.kind,
    ...(reference.kind === 'meeting' && { meetingKind }),
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
  const named =
    reference && (reference.meetingKind === undefined ? NAMED[reference.kind] : `a ${reference.meetingKind} meeting`);
  const covered = named && `, with ${named} that the caller takes part in`;
  return (
    `${caller.sub} (${caller.roles.join(', ')} of ${caller.agency}, region ${caller.region}) ` +
    `for ${purpose}${covered ?? ''}: ${asked.field}`
  );
}
