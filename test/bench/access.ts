import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { readRuleBundle } from '../../gateway/access/rule-bundle';
import { COVERS_NOTHING } from '../../shared/access/grant';
import type { Requirement } from '../../shared/access/labels';
import { PROJECT } from '../../shared/config/project-root';
import type { AccessContext } from '../../shared/protocol/context-token';
import { measureFilter } from './access-filter';

/**
 * `npm run bench:access`: the cost of decisions, compared with its targets. CPU time of this process; prints the median
 * of repeated rounds, because single rounds are slow on a shared machine.
 */
const ROUNDS = 15;
const DECISIONS = 400_000;
const PROFILES = 200;

const { rules, agencies } = readRuleBundle(readFileSync(join(PROJECT, 'gateway/generated/rules.json'), 'utf8'));
const classes: readonly Requirement[] = agencies.flatMap(({ catalogue }) =>
  [...catalogue.classes.keys()].map((name): Requirement => [[[name]]]),
);

/** The role, the purpose, and the kind of reference. */
const CALLS = [
  ['case-worker', 'VISIT', 'visits'],
  ['meeting-member', 'JOINT_MEETING', 'meeting'],
  ['agency-officer', 'OWN_DUTY', null],
  ['case-worker', 'EMERGENCY', null],
] as const;

function profile(index: number): AccessContext {
  const region = `99${String(1_000_000 + index).slice(1)}001`.slice(0, 9);
  const [role, purpose, kind] = CALLS[index % CALLS.length] as (typeof CALLS)[number];
  const grant = kind && {
    ...COVERS_NOTHING,
    kind,
    ...(kind === 'meeting' && { meetingKind: 'CASE_CONFERENCE' as const, cases: ['case'], meetings: ['meeting'] }),
    children: Array.from({ length: 50 }, (_, child) => `child-${child}`),
  };
  const caller = { sub: 'bench', name: 'bench', agency: 'public-security' as const, roles: [role], region };
  return { caller, purpose, reference: null, grant, reasonGiven: true };
}

/** CPU milliseconds of some work. */
function cpu(work: () => void): number {
  const before = process.cpuUsage();
  work();
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1000;
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;
}

/** @returns nanoseconds per decision, over all data classes in turn. */
function decision(context: AccessContext): number {
  const decisions = rules.decisionsFor(context);
  const record = {
    region: `${context.caller.region}001`,
    child: 'child-25',
    locationProtected: false,
    leadAgency: 'education',
  };
  const round = () =>
    cpu(() => {
      for (let done = 0; done < DECISIONS; ) {
        for (const requirement of classes) {
          decisions.decide(requirement, record, true);
          done += 1;
        }
      }
    });
  return (median(Array.from({ length: ROUNDS }, round)) / DECISIONS) * 1e6;
}

/** @returns milliseconds for every class of all agencies, for a caller profile not seen before. */
function specialisation(from: number): number[] {
  return Array.from({ length: PROFILES }, (_, index) =>
    cpu(() => {
      const decisions = rules.decisionsFor(profile(from + index));
      for (const requirement of classes) decisions.possible(requirement, true);
    }),
  );
}

const first = specialisation(0)[0] ?? Number.NaN;
const warm = specialisation(PROFILES);
const rows: readonly [string, number, string, number][] = [
  ['a warm decision, case worker with a visit list of 50 children', decision(profile(0)), 'ns', 1_000],
  ['a warm decision, joint meeting over 50 children', decision(profile(1)), 'ns', 1_000],
  ['a warm decision, officer on own duty', decision(profile(2)), 'ns', 1_000],
  [`specialising all ${classes.length} classes for a new profile, median`, median(warm), 'ms', 5],
  [
    'the same, 99th percentile',
    warm.toSorted((a, b) => a - b)[Math.floor(PROFILES * 0.99)] ?? Number.NaN,
    'ms',
    Number.NaN,
  ],
  ['the same, the very first of a process', first, 'ms', Number.NaN],
  ...measureFilter(),
];
for (const [what, value, unit, target] of rows) {
  const verdict = Number.isNaN(target) ? '' : `  (at most ${target} ${unit}: ${value <= target ? 'met' : 'MISSED'})`;
  console.log(`${what.padEnd(62)} ${value.toFixed(value < 10 ? 3 : 0).padStart(9)} ${unit}${verdict}`);
}
