/** The roles of officers. Meanings and Chinese terms: docs/reference/callers.md. */
export const ROLES = [
  'case-worker',
  'meeting-member',
  'meeting-clerk',
  'child-director',
  'agency-officer',
  'responsible-person',
  'supervisor',
  'auditor',
  'developer',
] as const;

export type Role = (typeof ROLES)[number];
