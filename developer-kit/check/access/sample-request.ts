import type { Grant } from '../../../shared/access/grant';
import type { Agency } from '../../../shared/domain/agencies';
import { ROLES, type Role } from '../../../shared/domain/caller';
import { PURPOSES, type Purpose, REFERENCE_KIND, type ReferenceKind } from '../../../shared/domain/purpose';
import type { AccessContext } from '../../../shared/protocol/context-token';
import {
  ASSESSMENT,
  ASSIGNMENT,
  ASSIGNMENT_AT_SCHOOL,
  CASE_CONFERENCE,
  CASE_GRANT,
  CLUE_GRANT,
  COVERS_ANOTHER,
  REGION,
  REGULAR_MEETING,
  TASK_GRANT,
  VISITS,
} from '../../access-matrix/sample-requests';
import type { ReferenceName } from '../../cases/situation';

/** The purpose that a caller states, with reference and reason. */
export interface Stating {
  /** `CASE_HANDLING with its case` */
  readonly name: string;
  readonly purpose: Purpose;
  readonly grant: Grant | null;
  readonly reasonGiven: boolean;
  /** The reference's name in cases. */
  readonly reference: ReferenceName | null;
}

/** A caller with a statement. */
export interface SampleRequest {
  /** `case-worker`, or `case-worker with developer` for both roles. */
  readonly role: string;
  /** For several roles: the same request in each role alone. */
  readonly alone: readonly SampleRequest[];
  readonly agency: Agency;
  readonly region: string;
  readonly stating: Stating;
  readonly context: AccessContext;
}

const OF_KIND: Readonly<Record<ReferenceKind, readonly (readonly [string, ReferenceName, Grant])[]>> = {
  case: [
    ['with its case', 'the case of the child', CASE_GRANT],
    ['with another case', 'another case', { ...COVERS_ANOTHER, kind: 'case' }],
  ],
  meeting: [
    ['with its meeting', 'a regular meeting about the child', REGULAR_MEETING],
    ['with its case conference', 'a case conference about the child', CASE_CONFERENCE],
    ['with another meeting', 'another meeting', { ...COVERS_ANOTHER, kind: 'meeting', meetingKind: 'REGULAR' }],
    [
      'with another case conference',
      'another meeting',
      { ...COVERS_ANOTHER, kind: 'meeting', meetingKind: 'CASE_CONFERENCE' },
    ],
  ],
  task: [
    ['with its task', 'a task about the child', TASK_GRANT],
    ['with another task', 'another task', { ...COVERS_ANOTHER, kind: 'task' }],
  ],
  protection: [
    ['with its assignment', 'an assignment to protect the child', ASSIGNMENT],
    ['with its assignment, at school', 'an assignment to protect the child, at school', ASSIGNMENT_AT_SCHOOL],
    ['with another assignment', 'another assignment', { ...COVERS_ANOTHER, kind: 'protection' }],
  ],
  assessment: [
    ['with its assessment', 'an assessment of the child', ASSESSMENT],
    ['with another assessment', 'another assessment', { ...COVERS_ANOTHER, kind: 'assessment' }],
  ],
  visits: [
    ['with its visits', 'visits to the child', VISITS],
    ['with other visits', 'other visits', { ...COVERS_ANOTHER, kind: 'visits' }],
  ],
  clue: [
    ['with its clue', 'a clue about the child', CLUE_GRANT],
    ['with another clue', 'another clue', { ...COVERS_ANOTHER, kind: 'clue' }],
  ],
};

/** All possible statements. */
export const STATINGS: readonly Stating[] = PURPOSES.flatMap((purpose): readonly Stating[] => {
  const need = REFERENCE_KIND[purpose];
  const plain = { purpose, grant: null, reference: null };
  if (need !== undefined) {
    const without = `${purpose} without a ${need.kinds.join(' or ')}`;
    return [
      ...need.kinds
        .flatMap((kind) => OF_KIND[kind])
        .map(([detail, reference, grant]) => ({
          name: `${purpose} ${detail}`,
          purpose,
          grant,
          reference,
          reasonGiven: true,
        })),
      { ...plain, name: without, reasonGiven: true },
    ];
  }
  const one = { ...plain, name: purpose, reasonGiven: true };
  return purpose === 'EMERGENCY' ? [one, { ...plain, name: `${purpose} without a reason`, reasonGiven: false }] : [one];
});

/**
 * Combines every role of every agency in every region with every statement.
 *
 * @param together combinations of roles to include.
 * @param regions of callers.
 */
export function sampleRequests(
  agencies: readonly Agency[],
  together: readonly (readonly Role[])[] = [],
  regions: readonly string[] = [REGION],
): readonly SampleRequest[] {
  const asking = (roles: readonly Role[], agency: Agency, region: string, stating: Stating): SampleRequest => {
    const { purpose, grant, reasonGiven } = stating;
    const role = roles.join(' with ');
    const caller = { sub: role, name: role, agency, roles, region };
    return {
      role,
      agency,
      region,
      stating,
      context: { caller, purpose, reference: null, grant, reasonGiven },
      alone: roles.length === 1 ? [] : roles.map((one) => asking([one], agency, region, stating)),
    };
  };
  return [...ROLES.map((role) => [role]), ...together].flatMap((roles) =>
    agencies.flatMap((agency) =>
      regions.flatMap((region) => STATINGS.map((stating) => asking(roles, agency, region, stating))),
    ),
  );
}
