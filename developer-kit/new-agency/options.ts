import { parseArgs } from 'node:util';
import { GRADES } from '../../shared/access/rule-vocabulary';
import { CLASS_FORM, PlanFaults, type RawPlan, SEALED_FORM } from './agency-plan';
import { AUDIENCES } from './audiences';

export const USAGE = `npm run agency:new -- <agency> --name <中文名> --english <name> --short <字> --class <class>... [--sealed <what>...]

  <agency>   the folder below subgraphs/, in kebab-case: justice-bureau
  --name     its Chinese name: 司法局
  --english  its English name, as it stands within a sentence: "justice bureau"
  --short    one character, for the access matrix: 司
  --class    a data class, and with it a list on Child; once or more
             ${CLASS_FORM}
             grades: ${GRADES.join(', ')}
             denied says that it refuses, absent cannot be told from "there is no data"
             audiences, besides the agency's own officers: ${AUDIENCES.join(', ')}
  --sealed   what is kept in a base table that no view shows; any number of times
             ${SEALED_FORM}
  --help     this text

In a terminal, what is not given is asked for. Example:

  npm run agency:new -- justice-bureau --name 司法局 --english "justice bureau" --short 司 \\
    --class "legal-aid:法律援助:sensitive:denied:未成年人保护法 第一百零四条:case-worker,case-handling" \\
    --sealed "community-correction:社区矫正:预防未成年人犯罪法 第五十九条"`;

/** @throws PlanFaults for flags that there are none of. */
export function optionsOf(args: readonly string[]): RawPlan & { readonly help: boolean } {
  const text = { type: 'string' } as const;
  const texts = { type: 'string', multiple: true, default: [] as string[] } as const;
  try {
    const { values, positionals } = parseArgs({
      args: [...args],
      allowPositionals: true,
      options: {
        name: text,
        english: text,
        short: text,
        class: texts,
        sealed: texts,
        help: { type: 'boolean', default: false },
      },
    });
    const [agency, ...others] = positionals;
    if (others.length > 0) throw new PlanFaults([`one agency at a time, and not ${others.join(', ')} as well`]);
    const { help, class: classes, ...rest } = values;
    return { agency, name: rest.name, english: rest.english, short: rest.short, classes, sealed: rest.sealed, help };
  } catch (error) {
    if (error instanceof PlanFaults) throw error;
    throw new PlanFaults([(error as Error).message]);
  }
}
