import type { Action } from '../../../../shared/access/cedar-schema';
import { type AccessRecord, compile } from '../../../../shared/access/compile';
import { fold } from '../../../../shared/access/fold';
import type { Policy } from '../../../../shared/access/policies';
import type { ClassPolicies } from '../../../../shared/access/specialise';
import type { AccessContext } from '../../../../shared/context-token';

/** One thing asked of the rules about one data class. */
export interface Inquiry {
  readonly action: Action;
  readonly context: AccessContext;
  readonly mutation: string | undefined;
  readonly record: AccessRecord;
}

/** The rules that apply, as decisions take them: a permit that fails does not, a forbid that fails does. */
export function standingRules(
  { name, dataClass, byAction }: ClassPolicies,
  { action, context, mutation, record }: Inquiry,
): readonly Policy[] {
  const { caller, purpose, reasonGiven, grant } = context;
  const known = {
    action,
    classes: [name, dataClass.grade],
    principal: caller,
    context: { purpose, reasonGiven, grant: grant ?? undefined },
    ...(mutation !== undefined && { resource: { mutation } }),
  };
  return byAction[action].filter(({ effect, condition }) => {
    const outcome = compile(fold(condition, known))(record);
    return effect === 'permit' ? outcome === true : outcome !== false;
  });
}
