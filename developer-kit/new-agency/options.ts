import { GRADES } from '../../shared/access/rule-vocabulary';
import { readCommandLine, UsageError } from '../../shared/cli/command-line';
import { CLASS_FORM, type RawPlan, SEALED_FORM } from './agency-plan';
import { AUDIENCES } from './audiences';

export const USAGE = `Usage: npm run agency:new -- <agency> --name <中文名> --english <name> --short <字> --class <class>... [--sealed <what>...]

  <agency>   the folder below subgraphs/, in kebab-case: justice-bureau
  --name     its Chinese name: 司法局
  --english  its English name, as written within a sentence: "justice bureau"
  --short    one character, for the access matrix: 司
  --class    a data class, and with it a list on Child; once or more
             ${CLASS_FORM}
             grades: ${GRADES.join(', ')}
             a refusal is denied (visible to the caller) or absent (indistinguishable from no data)
             audiences, besides the agency's own officers: ${AUDIENCES.join(', ')}
  --sealed   data kept in a base table that no view shows; any number of times
             ${SEALED_FORM}
  --help     this text

In a terminal, the command asks for missing options. Example:

  npm run agency:new -- justice-bureau --name 司法局 --english "justice bureau" --short 司 \\
    --class "legal-aid:法律援助:sensitive:denied:未成年人保护法 第一百零四条:assessment,case-handling" \\
    --sealed "community-correction:社区矫正:预防未成年人犯罪法 第五十九条"`;

const text = { type: 'string' } as const;
const texts = { type: 'string', multiple: true, default: [] as string[] } as const;
const OPTIONS = { name: text, english: text, short: text, class: texts, sealed: texts } as const;

/** @throws UsageError */
export function optionsOf(words: readonly string[]): RawPlan {
  const { values, positionals } = readCommandLine(USAGE, words, { allowPositionals: true, options: OPTIONS });
  const [agency, ...others] = positionals;
  if (others.length > 0) throw new UsageError('Name one agency at a time.', USAGE);
  const { name, english, short, class: classes, sealed } = values;
  return { agency, name, english, short, classes, sealed };
}
