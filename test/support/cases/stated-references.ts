import { randomUUID } from 'node:crypto';
import type { Situation } from '../../../developer-kit/cases/situation';
import type { Grant } from '../../../shared/access/grant';
import type { Reference } from '../../../shared/domain/purpose';
import type { TestSystem } from '../system';
import { wrapAgency } from '../wrap-agency';
import { type ChildAskedAbout, contextOf, isHeld } from './subjects';

const HEAD = '全例负责人';

/**
 * Returns the reference that a caller states to the gateway. Cases and meetings are the databases' own, and the centre
 * decides whose they are. Each other reference belongs to one officer, and no database has as many, so the centre's
 * answer about them is replaced by what the situation's grant covers, or by that of an unknown reference.
 */
export function statedReferences(
  system: TestSystem,
): (child: ChildAskedAbout, situation: Situation) => Reference | null {
  const grants = new Map<string, Grant | null>();
  wrapAgency(system, 'governance-center', (handle) => async (request) => {
    const { variables } = request.body as { readonly variables?: { readonly kind?: string; readonly id?: string } };
    const grant = grants.get(`${variables?.kind} ${variables?.id}`);
    if (grant === undefined) return handle(request);
    const told = grant && { ...grant, kind: grant.kind.toUpperCase(), meetingKind: null, confirmedBy: HEAD };
    return { status: 200, body: { data: { grant: told } } };
  });
  return (child, situation) => {
    const { reference, grant } = contextOf(child, situation);
    if (reference === null || !isHeld(situation)) return reference;
    const id = randomUUID();
    grants.set(`${reference.kind.toUpperCase()} ${id}`, grant);
    return { kind: reference.kind, id };
  };
}
