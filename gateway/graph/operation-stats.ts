import { COVERS_NOTHING } from '../../shared/access/grant';
import type { AccessContext } from '../../shared/protocol/context-token';
import { documentCache } from '../../shared/protocol/document-cache';

/** An operation, for one kind of caller: what is left of it to plan depends on who asks and why. */
export interface UsedOperation {
  readonly query: string;
  readonly operationName: string | undefined;
  /** Of somebody of this kind, without name, reference and children. */
  readonly access: AccessContext;
}

const KINDS_PER_TEXT = 32;

/** Counts what was asked for, in memory alone and without variables. */
export class OperationStats {
  private readonly documentCache = documentCache<Map<string, UsedOperation & { count: number }>>();

  count(query: string, operationName: string | undefined, access: AccessContext): void {
    let kinds = this.documentCache.get(query);
    if (kinds === undefined) {
      kinds = new Map();
      this.documentCache.set(query, kinds);
    }
    const kind = kindOf(access, operationName);
    const known = kinds.get(kind);
    if (known !== undefined) known.count += 1;
    else if (kinds.size < KINDS_PER_TEXT) {
      kinds.set(kind, { query, operationName, access: withoutPerson(access), count: 1 });
    }
  }

  /** The most used first. */
  most(limit: number): readonly UsedOperation[] {
    const all = [...this.documentCache.values()].flatMap((kinds) => [...kinds.values()]);
    return all.sort((a, b) => b.count - a.count).slice(0, limit);
  }

  /** Lets what was used long ago count for less. */
  age(): void {
    for (const kinds of this.documentCache.values()) {
      for (const used of kinds.values()) used.count /= 2;
    }
  }
}

function kindOf({ caller, purpose, grant, reasonGiven }: AccessContext, operationName = ''): string {
  const { agency, roles } = caller;
  return `${operationName} ${purpose} ${agency} ${roles.join()} ${grant?.kind} ${grant?.meetingKind} ${reasonGiven}`;
}

/** What can be settled before planning does not depend on whom a reference covers. */
function withoutPerson({ caller, grant, ...why }: AccessContext): AccessContext {
  return {
    ...why,
    caller: { ...caller, sub: '', name: '' },
    reference: null,
    grant: grant && { ...grant, ...COVERS_NOTHING },
  };
}
