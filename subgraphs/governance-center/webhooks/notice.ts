/** Kinds of notices to apps. A kind states what happened to a work item, and nothing about any child. */
export const NOTICE_KINDS = [
  'CLUE_REPORTED',
  'CLUE_LINKED',
  'RECIPIENT_ADDED',
  'FEEDBACK_GIVEN',
  'RISK_PROPOSED',
  'RISK_CONFIRMED',
  'CASE_OPENED',
  'CASE_STEP_TAKEN',
  'CASE_CHANGED',
  'CASE_REOPENED',
  'CASE_CLOSED',
  'TASK_ASSIGNED',
  'TASK_CHANGED',
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

/** An event of a work item, without pseudonym, name, level or other values of a record. */
export interface Notice {
  readonly kind: NoticeKind;
  readonly subject: NoticeSubject;
  /** The work item's UUID. */
  readonly id: string;
  /** The work item's region code, which selects the endpoints and is not sent. */
  readonly region: string;
}

/** The body of a webhook, in the form of Standard Webhooks. */
export function noticeBody({ kind, subject, id }: Omit<Notice, 'region'>, occurredAt: Date): string {
  return JSON.stringify({ type: kind, timestamp: occurredAt.toISOString(), data: { subject, id } });
}
