import { checkbox, confirm, input, select } from '@inquirer/prompts';
import { GRADES } from '../../shared/access/rule-vocabulary';
import { faultsOfName, faultsOfProfile, type RawPlan } from './agency-plan';
import { AUDIENCES, RULE_OF } from './audiences';
import { faultsOfBasis, faultsOfField, faultsOfSlug, faultsOfText, type Taken } from './text-faults';

/** Asks for missing options, and validates each answer as it validates an option. */
export async function askFor(given: RawPlan, taken: Taken): Promise<RawPlan> {
  const agency =
    given.agency ?? (await text('Folder, in kebab-case', 'justice-bureau', (answer) => faultsOfName(answer, taken)));
  const name =
    given.name ?? (await text('Chinese name', '司法局', (answer) => faultsOfProfile('name', answer, taken.names)));
  const english =
    given.english ??
    (await text('English name, as within a sentence', 'justice bureau', (answer) =>
      faultsOfProfile('english', answer, []),
    ));
  const short =
    given.short ??
    (await text('One character, for tables', '司', (answer) => faultsOfProfile('short', answer, taken.shorts)));
  if (given.classes.length > 0) return { ...given, agency, name, english, short };

  const classes = [];
  do {
    classes.push(await dataClass(taken));
  } while (await confirm({ message: 'Another data class?', default: false }));
  const sealed = [...given.sealed];
  while (await confirm({ message: 'Anything to keep in a base table that no view shows?', default: false })) {
    const asked = [
      await text('Its name, in kebab-case', 'community-correction', faultsOfSlug),
      await chinese(),
      await basis(),
    ];
    sealed.push(asked.join(':'));
  }
  return { agency, name, english, short, classes, sealed };
}

// Private:

async function dataClass(taken: Taken): Promise<string> {
  const name = await text('Data class, in kebab-case', 'legal-aid', (answer) => [
    ...faultsOfSlug(answer),
    ...faultsOfField(answer, taken),
  ]);
  const named = await chinese();
  const grade = await select({ message: 'Grade', choices: [...GRADES], default: 'sensitive' });
  const refusal = await select({
    message: 'What a refusal looks like',
    choices: [
      { name: 'denied: visible to the caller', value: 'denied' },
      { name: 'absent: looks like "no data"', value: 'absent' },
    ],
  });
  const article = await basis();
  const audiences = await checkbox({
    message: 'Who may read it, besides its own officers',
    choices: AUDIENCES.map((value) => ({ value, short: value, name: `${value}  ${RULE_OF[value].comment}` })),
  });
  return [name, named, grade, refusal, article, ...(audiences.length > 0 ? [audiences.join()] : [])].join(':');
}

const chinese = () => text('Its Chinese name', '法律援助', (answer) => faultsOfText('it', answer));
const basis = () =>
  text('Legal basis: an article', '未成年人保护法 第一百零四条', (answer) => faultsOfBasis('it', answer));

function text(message: string, example: string, faultsOf: (answer: string) => readonly string[]): Promise<string> {
  return input({
    message: `${message} (${example})`,
    required: true,
    validate: (answer) => faultsOf(answer.trim()).join('; ') || true,
  }).then((answer) => answer.trim());
}
