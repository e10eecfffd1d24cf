import { connect } from '../../shared/db/connect';
import type { Caller } from '../../shared/domain/caller';
import { childIds } from '../../shared/domain/child-id';
import { children } from '../../shared/synthetic/district';
import type { DistrictData, DistrictSystem } from './district-system';
import type { Profile } from './profile';
import type { Subject, SubjectKind } from './replayable-operation';

export type Subjects = Readonly<Record<SubjectKind, readonly Subject[]>>;

/** All children, cases and meetings of the synthetic district. */
export async function subjectsOf({ district, childIds: options, databases }: DistrictData): Promise<Subjects> {
  const ids = childIds(options);
  const url = databases.get('governance-center')?.ownerUrl;
  if (url === undefined) throw new Error('There is no connection to the database of governance-center.');
  const db = connect(url, { poolSize: 1, statementTimeout: 10_000 });
  try {
    const cases: string[] = await db('base.case_child').distinct('case_id').orderBy('case_id').pluck('case_id');
    const meetings: string[] = await db('base.joint_meeting').orderBy('held_at', 'desc').pluck('meeting_id');
    return {
      child: [...children(district)].map(({ person: { idNumber } }) => ({ id: ids.derive(idNumber), idNumber })),
      case: cases.map((id) => ({ id })),
      meeting: meetings.map((id) => ({ id })),
    };
  } finally {
    await db.destroy();
  }
}

const USED_REFERENCES = 3;

/** The next page of what opens to a caller. */
const OWN_PARTS = `query ($after: String) {
  ownParts(first: 200, after: $after) { nodes { kind reference } pageInfo { hasNextPage endCursor } }
}`;

/**
 * The latest references of the profile's kind that open to the caller, as sent in requests; `[undefined]` for a profile
 * without a reference.
 */
export async function referencesFor(
  { referenceKind }: Profile,
  caller: Caller,
  system: DistrictSystem,
): Promise<readonly (string | undefined)[]> {
  if (referenceKind === null) return [undefined];
  const found: string[] = [];
  let after: string | null = null;
  do {
    const page: OwnParts | undefined = await ownParts(caller, after, system);
    if (page === undefined) break;
    found.push(
      ...page.nodes.filter(({ kind }) => kind === referenceKind.toUpperCase()).map(({ reference }) => reference),
    );
    after = page.pageInfo.hasNextPage ? page.pageInfo.endCursor : null;
  } while (after !== null && found.length < USED_REFERENCES);
  return found.slice(0, USED_REFERENCES);
}

// Private:

interface OwnParts {
  readonly nodes: readonly { readonly kind: string; readonly reference: string }[];
  readonly pageInfo: { readonly hasNextPage: boolean; readonly endCursor: string | null };
}

/** Undefined for a caller whom the rules show no parts. */
async function ownParts(caller: Caller, after: string | null, system: DistrictSystem): Promise<OwnParts | undefined> {
  const asked = { query: OWN_PARTS, variables: { after } };
  const { body } = await system.ask(caller, { 'access-purpose': 'OWN_DUTY' }, asked);
  return (body as { readonly data?: { readonly ownParts?: OwnParts } }).data?.ownParts;
}
