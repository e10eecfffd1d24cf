import { COVERS_NOTHING } from '../../shared/access/grant';
import type { AccessContext } from '../../shared/protocol/context-token';
import { documentCache } from '../../shared/protocol/document-cache';

/** An operation for one kind of caller. What is left of it to plan depends on caller and purpose. */
export interface UsedOperation {
  readonly query: string;
  readonly operationName: string | undefined;
  /** Of a caller of this kind, without name, reference and children. */
  readonly access: AccessContext;
}

const KINDS_PER_TEXT = 32;

/** Counts how often operations are used, in memory only and without their variables. */
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

  /** Most used first. */
  most(limit: number): readonly UsedOperation[] {
    const all = [...this.documentCache.values()].flatMap((kinds) => [...kinds.values()]);
    return all.sort((a, b) => b.count - a.count).slice(0, limit);
  }

  /** Halves all counts, so that past use weighs less. */
  age(): void {
    for (const kinds of this.documentCache.values()) {
      for (const used of kinds.values()) used.count /= 2;
    }
  }
}

function kindOf({ caller, purpose, grant, reasonGiven }: AccessContext, operationName = ''): string {
  const { agency, roles } = caller;
  const { kind, meetingKind, visitsSchool } = grant ?? {};
  return `${operationName} ${purpose} ${agency} ${roles.join()} ${kind} ${meetingKind} ${visitsSchool} ${reasonGiven}`;
}

/** Decisions before planning do not depend on which children a reference covers. */
function withoutPerson({ caller, grant, ...why }: AccessContext): AccessContext {
  return {
    ...why,
    caller: { ...caller, sub: '', name: '' },
    reference: null,
    grant: grant && { ...grant, ...COVERS_NOTHING, visitsSchool: grant.visitsSchool },
  };
}
