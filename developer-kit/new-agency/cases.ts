import type { AgencyPlan, PlannedClass } from './agency-plan';
import { camelCase } from './names';

/** access.cases.yaml */
export function cases(plan: AgencyPlan): string {
  return `# ${plan.name}: who sees what, for every data class; the specification of access.cedar, checked by test/access/cases.test.ts.
#
# case-handling    综治中心专干, CASE_HANDLING with a case that covers the child
# joint-meeting    联席会议成员, JOINT_MEETING with a regular meeting that they attend and whose docket covers the child
# case-conference  the same, where the meeting is a case conference (个案会商)
# owner            经办人 of this agency, OWN_DUTY, in region
# emergency        综治中心专干 or 公安经办人, EMERGENCY with a written reason, in region
# Of the next, a class states only those in which it is answered:
# triage           综治中心专干, RISK_ASSESSMENT without a reference, in region
# assessment       综治中心专干, RISK_ASSESSMENT with an assessment that covers the child
# case-officer     经办人, CASE_HANDLING with a case that covers the child
# welfare          经办人, WELFARE_SERVICE with a task or an assignment that covers the child
# visit            综治中心专干 or 儿童主任, VISIT with visits that cover the child
# report-recipient 经办人, MANDATORY_REPORT with a clue about the child
# own-under-reference  经办人 or 联席会议成员 of this agency, with any reference that covers the child
# besides          other callers, in region; for every purpose unless one is named
# developer        部门开发者, for any purpose: the refusal is visible
# others           all other callers and purposes: the refusal
#
# CLEAR 明文 · MASKED 脱敏 · DENIED a visible refusal 拒绝并告知 · ABSENT looks like "no data" 视同无数据
# fields: where the answer appears; "or" names another class that opens the field by itself.

${plan.classes.map((one) => entry(plan.agency, one)).join('\n')}`;
}

/** Columns that a class states only where it is answered. */
const BY_REFERENCE = ['assessment', 'case-officer', 'welfare', 'visit', 'report-recipient'] as const;

function entry(agency: string, { slug, chinese, refusal, audiences }: PlannedClass): string {
  const refused = refusal.toUpperCase();
  const byReference = BY_REFERENCE.filter((audience) => audiences.includes(audience));
  const answer = (...opening: readonly string[]) =>
    audiences.some((audience) => opening.includes(audience)) ? 'CLEAR' : refused;
  return `# ${chinese}
${agency}.${slug}:
  fields:
    - Child.${camelCase(slug)} { kind }
  case-handling: ${answer('case-handling')}
  joint-meeting: ${answer('joint-meeting')}
  case-conference: ${answer('joint-meeting', 'case-conference')}
  owner: CLEAR
  emergency: ${answer('emergency')}
${byReference.map((audience) => `  ${audience}: CLEAR\n`).join('')}  own-under-reference: CLEAR
  developer: DENIED
  others: ${refused}
`;
}
