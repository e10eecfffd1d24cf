import type { AgencyPlan } from '../agency-plan';
import { snakeCase } from '../names';

/** import.yaml: the roster, and a kind for each data class; what is sealed comes in by no file. */
export function imports({ english, classes }: AgencyPlan): string {
  const kinds = classes.map(
    ({ slug, chinese }) => `  ${slug}:
    title: ${chinese}
    files: [${chinese}]
    table: ${snakeCase(slug)}
    key: [child_id, kind, since]
    columns:
      - *id-number
      - { header: 种类, aliases: [Kind], type: text, max: 50, to: kind, required: true, example: ${chinese} }
      - { header: 起始日期, aliases: [Since], type: date, past: true, to: since, required: true, example: '2026-04-15' }
    ignored: *known
`,
  );
  return `# What the ${english} imports from files: docs/guides/importing.md says how to write this. What is sealed comes in by no file.
roster: child

kinds:
  children:
    title: 儿童名册
    files: [名册, 儿童名册]
    table: child
    key: [child_id]
    columns:
      - &id-number
        header: 身份证号
        aliases: [身份证件号, 身份证号码, 公民身份号码, 居民身份证号, ID number]
        type: id-number
        required: true
        example: 99010120130517002X
      - { header: 行政区划代码, aliases: [居住地区划代码, 现住址区划代码, Region], type: region, to: region, required: true, example: '990101001001' }
      - { header: 出生日期, aliases: [Birth date], type: birth-date, example: '2013-05-17' }
      - { header: 性别, aliases: [Sex], type: sex, example: 女 }
    ignored: &known [序号, 姓名, 民族, 联系电话, 监护人姓名]

${kinds.join('\n')}`;
}
