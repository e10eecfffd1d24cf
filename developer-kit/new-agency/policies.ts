import type { AgencyPlan, PlannedClass } from './agency-plan';
import { AUDIENCES, RULE_OF, type RuleOfAudience } from './audiences';

/** access.cedar */
export function policies({ agency, name, classes }: AgencyPlan): string {
  const opened = AUDIENCES.flatMap((audience) => {
    const some = classes.filter(({ audiences }) => audiences.includes(audience));
    return some.length === 0 ? [] : [rule(agency, RULE_OF[audience], some)];
  });
  const owner: RuleOfAudience = {
    id: 'owner',
    comment: `${name}: its own officers on their own duty, within the region.`,
    basis: [...new Set(classes.map(({ basis }) => basis)), '个人信息保护法 第三十四条'].join('; '),
    principal: 'principal in Role::"agency-officer"',
    context: ['context.purpose == Purpose::"OWN_DUTY"'],
    record: [`principal.agency == Agency::"${agency}"`, 'resource.region in principal.region'],
  };
  const underReference: RuleOfAudience = {
    id: 'own-under-reference',
    comment: `${name}: its own officers and members, of what they have themselves about a child that a reference covers.`,
    basis: owner.basis,
    principal: 'principal',
    context: [
      `principal.agency == Agency::"${agency}"`,
      `(
    (
      principal in Role::"agency-officer" &&
      [Purpose::"CASE_HANDLING", Purpose::"WELFARE_SERVICE", Purpose::"MANDATORY_REPORT"].contains(context.purpose)
    ) ||
    (principal in Role::"meeting-member" && context.purpose == Purpose::"JOINT_MEETING")
  )`,
    ],
    record: ['context has grant', 'resource has child', 'context.grant.children.contains(resource.child)'],
  };
  return `// ${name}: who sees what about ${classes.map(({ chinese }) => chinese).join('、')}.
// How to read and change a rule: docs/reference/access-rules.md. Without a permit, everything is refused.

${[...opened, rule(agency, owner, classes), rule(agency, underReference, classes)].join('\n\n')}

// 部门开发者: never personal data; sees every refusal, which reveals nothing about any record.
@id("${agency}.developer")
@basis("个人信息保护法 第六条、第五十一条")
permit (
  principal in Role::"developer",
  action == Action::"learnRefusal",
  resource
);
`;
}

// Private:

function rule(
  agency: string,
  { id, comment, basis, agreement, principal, context, record }: RuleOfAudience,
  classes: readonly PlannedClass[],
): string {
  const names = classes.map(({ slug }) => `DataClass::"${agency}.${slug}"`);
  const [only = ''] = names;
  const many = names.length > 1 ? [`resource in [\n    ${names.join(',\n    ')}\n  ]`] : [];
  return `// ${comment}
@id("${agency}.${id}")
@basis("${basis}")${agreement === undefined ? '' : `\n@agreement("${agency}/${agreement}")`}
permit (
  ${principal},
  action == Action::"read",
  resource${names.length > 1 ? '' : ` in ${only}`}
) when {
  ${[...context, ...many, ...record].join(' &&\n  ')}
};`;
}
