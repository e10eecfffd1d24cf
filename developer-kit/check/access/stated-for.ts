import type { ResourceAttributes } from '../../../shared/access/compile';
import { classesOf } from '../../../shared/access/labels';
import type { Place } from '../finding';
import type { Reading } from '../reading';
import { answerOfCase, isSpokenOf, resourceOfCase } from './case-answers';
import type { AccessChange } from './changes';
import { LEVEL, type Told } from './question';

/** The statement of the cases about a more permissive answer, with its place; undefined if they cannot be read. */
export function statedFor(
  { questions, told, example }: AccessChange,
  { after }: Reading,
): { readonly words: string; readonly places: readonly Place[] } | undefined {
  const classes = classesOf([...(questions.before.requirement ?? []), ...(questions.after.requirement ?? [])]);
  const stated = classes.flatMap((name) => {
    const agency = [...after.agencies.values()].find(({ cases }) => cases?.entries.has(name));
    const entry = agency?.cases?.entries.get(name);
    if (agency?.cases === undefined || entry === undefined) return [];
    const { locationProtected = false } = example.record;
    const spoken = {
      ...resourceOfCase(entry, agency, example.record.region),
      ...(entry['where-protected'] !== undefined && { locationProtected }),
    };
    // The cases have their own agency for attributes that contain one.
    const isItsRecord = Object.entries(example.record).every(
      ([attribute, value]) => typeof value !== 'boolean' || (spoken as ResourceAttributes)[attribute] === value,
    );
    if (!isItsRecord || !isSpokenOf(example.asking)) return [];
    const { answer, by } = answerOfCase(name, entry, example.asking, spoken);
    return [{ name, answer, place: agency.cases.placeOf(name, by) }];
  });
  if (stated.length === 0) return { words: 'which no case covers', places: [] };
  const against = stated.find(({ answer }) => !isAsFar(answer, told.after));
  if (against !== undefined) {
    return { words: `against the cases of ${against.name}, which say ${against.answer}`, places: [against.place] };
  }
  return { words: 'as the cases say', places: stated.map(({ place }) => place) };
}

// Private:

/** Whether an answer is at most as permissive as the cases state; a visible refusal exceeds a silent one. */
function isAsFar(stated: Told, answer: Told): boolean {
  return LEVEL[stated] > LEVEL[answer] || stated === answer || (stated === 'DENIED' && answer === 'ABSENT');
}
