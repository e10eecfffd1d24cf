import { profileInText } from './profile';
import type { ChangedAnswer, Simulation } from './simulate';

/** The result of a simulation as text for a terminal. */
export function inText({ replayed, untouched, requests, changes, notReplayed }: Simulation): string {
  const groups = new Map<string, ChangedAnswer[]>();
  for (const change of changes) {
    const { operation, profile, times } = change;
    const sent = times === 0 ? '' : `, sent ${times} times`;
    const heading = `${operation.name} (${operation.hash.slice(0, 12)}) by ${profileInText(profile)}${sent}`;
    groups.set(heading, [...(groups.get(heading) ?? []), change]);
  }
  return [
    changes.length === 0 ? 'No answer changes.' : `Answers that change: ${changes.length}.`,
    `Pairs of operation and caller kind: ${replayed} replayed with ${requests} requests, ${untouched} skipped because nothing that concerns them has changed.`,
    ...leftOut(notReplayed),
    ...[...groups].flatMap(([heading, found]) => ['', heading, ...found.flatMap(changeInText)]),
  ].join('\n');
}

// Private:

function leftOut(notReplayed: Simulation['notReplayed']): readonly string[] {
  const byReason = new Map<string, string[]>();
  for (const { what, times, reason } of notReplayed) {
    byReason.set(reason, [...(byReason.get(reason) ?? []), times > 0 ? `${what} (${times} times)` : what]);
  }
  return [...byReason].map(([reason, left]) => `Not replayed, because ${reason}: ${left.join(', ')}.`);
}

function changeInText({ coordinate, before, after, about, because }: ChangedAnswer): readonly string[] {
  const what = before === after ? `${before}, with different values` : `${before} -> ${after}`;
  const many = about === null ? '' : ` (${about.count} ${about.count === 1 ? about.kind : PLURALS[about.kind]})`;
  return [`  ${coordinate}: ${what}${many}`, `    ${because.join('; ')}`];
}

const PLURALS = { child: 'children', case: 'cases', meeting: 'meetings' } as const;
