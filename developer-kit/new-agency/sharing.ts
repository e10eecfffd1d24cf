import { AGENCIES } from '../../shared/domain/agencies';
import { JOINT_MEETING, SHARING } from '../legal-basis/sharing';
import type { AgencyPlan } from './agency-plan';
import { AUDIENCES, RULE_OF } from './audiences';

/** sharing.yaml: an entry for each agreement that the rules name; no file if they name none. */
export function sharing({ agency, classes }: AgencyPlan): readonly (readonly [path: string, text: string])[] {
  const entries = AUDIENCES.flatMap((audience) => {
    const { comment, agreement, context } = RULE_OF[audience];
    const covered = classes.filter(({ audiences }) => audiences.includes(audience)).map(({ slug }) => slug);
    if (agreement === undefined || covered.length === 0) return [];
    const [recipient = '', number = ''] = agreement.split('/');
    const parties = recipient === JOINT_MEETING ? AGENCIES.filter((one) => one !== agency) : [recipient];
    const purposes = [...context.join().matchAll(/Purpose::"(\w+)"/g)].map(([, purpose]) => purpose);
    return `  # ${comment}
  - number: ${number}
    recipient: ${recipient}
    parties: [${[agency, ...parties].join(', ')}]
    purposes: [${purposes.join(', ')}]
    classes:
${covered.map((slug) => `      - ${agency}.${slug}\n`).join('')}    state: demo
`;
  });
  if (entries.length === 0) return [];
  const head = `# Agreements (数据共享协议) by which ${agency} opens data classes to others; its rules name them by @agreement.
# See docs/reference/access-rules.md#sharing-agreements.
agreements:
`;
  return [[SHARING, head + entries.join('\n')]];
}
