import type { Choices } from '../choices';
import { agencyFiles, agencyOf, atEachMatch, type Mutation, type Operator } from './mutation';

const RULE = /@id\("([^"]+)"\)[\s\S]*?\n};\n/g;
const PURPOSES = ['RISK_ASSESSMENT', 'CASE_HANDLING', 'JOINT_MEETING', 'VISIT', 'OWN_DUTY', 'EMERGENCY', 'STATISTICS'];
/** Counties elsewhere. */
const REGIONS = ['330106', '3301', '110101', '990102'];

/** Operators on rules and their cases. @param choices of what replaces something. */
export function ruleOperators(choices: Choices): Readonly<Record<string, Operator>> {
  return {
    'a rule loses its child': inRules((rule) =>
      replaced(rule, /(?<=resource has child &&\s+)context\.grant\.children\.contains\(resource\.child\)/, 'true'),
    ),
    'a rule loses its purpose': inRules((rule) => replaced(rule, /context\.purpose == Purpose::"\w+" &&/, 'true &&')),
    'a rule gets another purpose': inRules((rule) =>
      replaced(rule, /(?<=context\.purpose == Purpose::")\w+/, (was) => other(choices, PURPOSES, was)),
    ),
    'a rule answers a region elsewhere': inRules((rule) =>
      rule.includes('permit') && rule.includes('when {')
        ? replaced(rule, /\n};\n$/, ` || principal.region in Region::"${choices.one(REGIONS)}"\n};\n`)
        : rule,
    ),
    'a rule answers every role': inRules((rule) =>
      rule.includes('permit') ? replaced(rule, /principal in Role::"[\w-]+"(?=,\n)/, 'principal') : rule,
    ),
    'a rule forgets the region': inRules((rule) => replaced(rule, /resource\.region in principal\.region/, 'true')),
    'a mask becomes clear': inRules((rule) =>
      replaced(rule, /action == Action::"readMasked"/, 'action == Action::"read"'),
    ),
    'a rule opens another class': (files) =>
      inRules((rule, file) => {
        const catalogue = files.read(`subgraphs/${agencyOf(file)}/catalogue.yaml`) ?? '';
        const classes = [...catalogue.matchAll(/^ {2}([\w-]+\.[\w-]+):$/gm)].map(([, name = '']) => name);
        const free = classes.filter((name) => !rule.includes(`"${name}"`));
        return free.length === 0 || !rule.includes('permit')
          ? rule
          : replaced(rule, /DataClass::"[\w.-]+"(?=,\n)/, (was) => `${was},\n    DataClass::"${choices.one(free)}"`);
      })(files),
    'a forbid goes': inRules((rule) => (/\nforbid \(/.test(rule) ? '' : rule)),
    'a case states another answer': (files) =>
      agencyFiles(files, '.cases.yaml').flatMap((source) =>
        atEachMatch(
          source,
          /^ {2}(?:joint-meeting|case-handling|owner|visit|assessment): (?:DENIED|ABSENT)$/gm,
          ([line]) => line.replace(/DENIED|ABSENT/, 'CLEAR'),
        ),
      ),
  };

  function inRules(change: (rule: string, file: string) => string): Operator {
    return (files) =>
      agencyFiles(files, '.cedar').flatMap((source): readonly Mutation[] =>
        atEachMatch(
          source,
          RULE,
          ([rule]) => change(rule, source.file),
          ([, id = '']) => id,
        ),
      );
  }
}

// Private:

const replaced = (text: string, from: RegExp, to: string | ((was: string) => string)): string =>
  text.replace(from, (was) => (typeof to === 'string' ? to : to(was)));

const other = (choices: Choices, all: readonly string[], was: string): string =>
  choices.one(all.filter((one) => one !== was));
