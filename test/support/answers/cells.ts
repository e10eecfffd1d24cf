import type { Entry } from '../../../developer-kit/cases/cases';
import { columnsOf, expectedAnswer, type Subject } from '../../../developer-kit/cases/expected-answer';
import { REFERENCES, type ReferenceName, type Situation } from '../../../developer-kit/cases/situation';
import type { DataClassName } from '../../../shared/access/catalogue';
import { AGENCIES, type Agency } from '../../../shared/domain/agencies';
import { ROLES } from '../../../shared/domain/caller';
import { PURPOSES, type Purpose, referenceKindsOf } from '../../../shared/domain/purpose';
import { TABLE_COLUMNS } from './table';

/** What is compared of a class: a column, officers of the owner under a reference, a protected child, everybody else. */
export const CELLS = [...TABLE_COLUMNS, 'own-under-reference', 'protected', 'everybody-else'] as const;

export type Cell = (typeof CELLS)[number];

/** A cell in which cases and table answer differently, with the first situation of each kind of difference. */
export interface Apart {
  readonly cell: Cell;
  /** `CLEAR instead of DENIED: case-worker of governance-center, RISK_ASSESSMENT` */
  readonly examples: readonly string[];
}

/** Compares a class's cases with the table in every situation: every role of every agency, purpose and reference. */
export function apartCells(name: DataClassName, cases: Entry, table: Entry): readonly Apart[] {
  const apart = new Map<Cell, Map<string, string>>();
  // What differs about any child is not told again about a protected one.
  const differ = (situation: Situation, subject: Subject) =>
    expectedAnswer(cases, situation, subject) !== expectedAnswer(table, situation, subject);
  for (const situation of SITUATIONS) {
    for (const subject of subjectsOf(name, cases, table)) {
      const [given, expected] = [cases, table].map((entry) => expectedAnswer(entry, situation, subject));
      if (
        given === expected ||
        (subject.locationProtected && differ(situation, { ...subject, locationProtected: false }))
      )
        continue;
      const cell = cellOf(situation, subject);
      const differences = apart.get(cell) ?? new Map<string, string>();
      apart.set(cell, differences);
      const difference = `${given} instead of ${expected}`;
      const where = subject.region === REGION ? '' : ', beyond the region';
      if (!differences.has(difference)) differences.set(difference, `${difference}: ${situation.name}${where}`);
    }
  }
  return CELLS.flatMap((cell) => {
    const differences = apart.get(cell);
    return differences === undefined ? [] : [{ cell, examples: [...differences.values()] }];
  });
}

// Private:

const REGION = '990101';
const ELSEWHERE = '990102';
const LEAD_AGENCY: Agency = 'civil-affairs';
const HELPERS: readonly Agency[] = ['education'];
const KINDS_OF_DUE = ['TASK', 'VISIT', 'PROTECTION_VISIT', 'STEP', 'EMERGENCY_REVIEW'];

/** Case workers belong to the centre. */
const SITUATIONS: readonly Situation[] = ROLES.flatMap((role) =>
  AGENCIES.filter((agency) => role !== 'case-worker' || agency === 'governance-center').flatMap((agency) =>
    PURPOSES.flatMap((purpose) =>
      referencesOf(purpose).flatMap((reference) =>
        (purpose === 'EMERGENCY' ? [true, false] : [false]).map((reasonGiven) => ({
          name: [`${role} of ${agency}`, purpose, reference ?? [], reasonGiven ? 'with a reason' : []]
            .flat()
            .join(', '),
          caller: { sub: role, name: role, agency, roles: [role], region: REGION },
          purpose,
          reference,
          reasonGiven,
        })),
      ),
    ),
  ),
);

function referencesOf(purpose: Purpose): readonly (ReferenceName | null)[] {
  const kinds = referenceKindsOf(purpose);
  return [
    ...(kinds.includes(null) ? [null] : []),
    ...(Object.keys(REFERENCES) as ReferenceName[]).filter((name) => kinds.includes(REFERENCES[name].kind)),
  ];
}

function subjectsOf(name: DataClassName, ...entries: readonly Entry[]): readonly Subject[] {
  const owner = AGENCIES.find((agency) => name.startsWith(`${agency}.`)) ?? LEAD_AGENCY;
  const isAboutDue = name === 'governance-center.due';
  const isKept = entries.some((entry) => entry['where-protected'] !== undefined);
  return [REGION, ELSEWHERE].flatMap((region) =>
    (isKept ? [false, true] : [false]).flatMap((locationProtected) =>
      (isAboutDue ? KINDS_OF_DUE : [undefined]).map((dueKind) => ({
        owner,
        region,
        referenceRegion: REGION,
        leadAgency: LEAD_AGENCY,
        helpers: HELPERS,
        dueKind,
        locationProtected,
      })),
    ),
  );
}

function cellOf(situation: Situation, subject: Subject): Cell {
  if (subject.locationProtected) return 'protected';
  const columns = columnsOf(situation, subject);
  if (columns.includes('own-under-reference') && subject.owner !== 'governance-center') return 'own-under-reference';
  const cell = TABLE_COLUMNS.find((column) => column !== 'emergency-police' && columns.includes(column));
  if (cell !== 'emergency') return cell ?? 'everybody-else';
  return situation.caller.agency === 'public-security' ? 'emergency-police' : 'emergency';
}
