/** What apps are told of. A kind says what happened to a work item, and nothing about any child. */
export const NOTICE_KINDS = [
  'CLUE_REPORTED',
  'CLUE_LINKED',
  'FEEDBACK_GIVEN',
  'RISK_PROPOSED',
  'RISK_CONFIRMED',
  'CASE_OPENED',
  'CASE_STEP_TAKEN',
  'CASE_REOPENED',
  'CASE_CLOSED',
  'TASK_ASSIGNED',
  'TASK_DONE',
  'MEETING_CONVENED',
  'MEETING_CHANGED',
  'DOCKET_CHANGED',
  'DECISION_RECORDED',
  'PROTECTION_ASSIGNED',
  'PROTECTION_ENDED',
  'PROTECTION_VISITED',
  'STEP_OVERDUE',
  'TASK_OVERDUE',
  'FEEDBACK_OVERDUE',
  'VISIT_OVERDUE',
  'PROTECTION_VISIT_OVERDUE',
  'TRACKED_DEADLINE_OVERDUE',
  'EMERGENCY_REVIEW_OVERDUE',
] as const;

export type NoticeKind = (typeof NOTICE_KINDS)[number];

/** The work items that a notice can be about. */
export type NoticeSubject =
  | 'CASE'
  | 'TASK'
  | 'CLUE'
  | 'MEETING'
  | 'RISK_PROPOSAL'
  | 'RISK_ASSESSMENT'
  | 'PROTECTION_ASSIGNMENT'
  | 'TRACKED_DEADLINE'
  | 'EMERGENCY_USE';

/** That something happened to a work item: no pseudonym, name, level or other value of a record. */
export interface Notice {
  readonly kind: NoticeKind;
  readonly subject: NoticeSubject;
  /** The work item's UUID. */
  readonly id: string;
  /** The work item's region code. Endpoints are chosen by it; it is not sent. */
  readonly region: string;
}

/** What is sent, in the shape that Standard Webhooks proposes. @param occurredAt when it happened. */
export function noticeBody({ kind, subject, id }: Omit<Notice, 'region'>, occurredAt: Date): string {
  return JSON.stringify({ type: kind, timestamp: occurredAt.toISOString(), data: { subject, id } });
}
