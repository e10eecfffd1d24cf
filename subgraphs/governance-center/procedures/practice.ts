import { z } from 'zod';
import { AGENCIES, enumName } from '../../../shared/domain/agencies';
import { isDate } from '../../../shared/domain/dates';
import { REGION_CODE, REGION_LEVELS } from '../../../shared/domain/regions';
import { DURATION, parseDuration } from './duration';
import { recipientFaults, recipientsBySituation } from './recipients';

/** Levels of warning (红橙黄蓝分级), most urgent first. */
export const RISK_LEVELS = ['RED', 'ORANGE', 'YELLOW', 'BLUE'] as const;
export type RiskLevel = (typeof RISK_LEVELS)[number];

/** 发现-评估-流转-处置-回访 and closing, in order. */
export const CASE_STEPS = ['DISCOVERED', 'ASSESSED', 'REFERRED', 'HANDLED', 'REVISITED', 'CLOSED'] as const;
export type CaseStep = (typeof CASE_STEPS)[number];
/** Steps after the first, at which a case begins. */
export type LaterStep = Exclude<CaseStep, 'DISCOVERED'>;

/** 六类包保帮扶, except the two that derive from sealed facts. */
export const PROTECTION_CATEGORIES = [
  'SINGLE_PARENT',
  'ORPHAN_OR_HARDSHIP',
  'OUT_OF_SCHOOL_UNEMPLOYED',
  'MISCONDUCT',
] as const;
export type ProtectionCategory = (typeof PROTECTION_CATEGORIES)[number];

/** 四访: the child, the family, the school, the community. */
export const VISIT_PARTIES = ['SELF', 'FAMILY', 'SCHOOL', 'COMMUNITY'] as const;
export type VisitParty = (typeof VISIT_PARTIES)[number];

/**
 * Situations whose mere existence is answered with silence (未成年人保护法 art. 103, 反家庭暴力法 art. 5). A level that only they
 * propose would tell of them to every reader of assessments.
 */
const SILENT_SITUATIONS: readonly string[] = ['疑似侵害', '校园性侵害', '家庭暴力'];

const AGENCY_NAMES = AGENCIES.map(enumName);
const OTHER_AGENCIES = AGENCY_NAMES.filter((name) => name !== enumName('governance-center'));

/**
 * Agencies that, listed for some cases alone, would tell whoever reads these that a child is a victim
 * (未成年人保护法 art. 103, 111): both support victims.
 */
const SUPPORTING_VICTIMS = ['PROCURATORATE', 'JUSTICE_BUREAU'];

const standingAgencies = z
  .array(z.string().refine((name) => OTHER_AGENCIES.includes(name), 'must be an agency other than the centre'))
  .refine(
    (all) => SUPPORTING_VICTIMS.every((one) => all.includes(one)),
    `must include ${SUPPORTING_VICTIMS.join(' and ')}, which would otherwise tell for which cases a child is a victim`,
  );

const duration = z.string().regex(DURATION, 'must be like 30min, 72h, 7d, 5wd or 1m').transform(parseDuration);
/** Without working days, because a window has no start from which to count them. */
const plainDuration = z
  .string()
  .regex(/^[1-9]\d{0,3}[hd]$/, 'must be like 72h or 14d')
  .transform(parseDuration);
const days = z
  .string()
  .regex(/^[1-9]\d{0,3}d$/, 'must be days, like 90d')
  .transform(parseDuration);
/** Exact to the minute, independent of the end of a day. */
const clockDuration = z
  .string()
  .regex(/^[1-9]\d{0,3}(?:min|h)$/, 'must be like 30min or 2h')
  .transform(parseDuration);
/** Between visits. */
const interval = z
  .string()
  .regex(/^[1-9]\d?[dm]$/, 'must be like 7d or 1m')
  .transform(parseDuration);
const count = z
  .string()
  .regex(/^[1-9]\d{0,2}$/, 'must be a number from 1')
  .transform(Number);
const largeCount = z
  .string()
  .regex(/^[1-9]\d{0,5}$/, 'must be a number from 1')
  .transform(Number);
const hour = z
  .string()
  .regex(/^(?:1?\d|2[0-4])$/, 'must be an hour from 0 to 24')
  .transform(Number);
const words = z
  .array(z.string().min(1).max(50))
  .min(1)
  .refine((all) => new Set(all).size === all.length, 'must differ');
/** In Chinese characters alone, because errors list them. */
const kinds = words.refine(
  (all) => all.length <= 30 && all.every((one) => /^\p{Script=Han}{1,10}$/u.test(one)),
  'must be at most 30 words of 1 to 10 Chinese characters',
);
const level = z.enum(RISK_LEVELS);

const step = z.strictObject({
  within: duration,
  faster: z.partialRecord(level, duration).default({}),
  by: z.array(z.enum(REGION_LEVELS)).min(1),
  needs: z.enum(['note', 'evidence']).optional(),
});

const proposal = z.strictObject({
  level,
  basis: z.string().min(1).max(50),
  when: z
    .strictObject({
      situations: words.optional(),
      clues: count.optional(),
      within: days.optional(),
      openCases: count.optional(),
      overdueCases: count.optional(),
      categories: z.array(z.enum(PROTECTION_CATEGORIES)).min(1).optional(),
    })
    .refine(
      ({ within, ...rest }) => Object.values(rest).some((one) => one !== undefined),
      'must have at least one condition',
    ),
});

const parties = z.array(z.enum(VISIT_PARTIES)).min(1);

const category = z.strictObject({
  lead: z.string().refine((name) => AGENCY_NAMES.includes(name), 'must be an agency'),
  visits: interval,
  parties,
  /** Roles whose duty of visits has these assignments on its list. */
  visitors: z.array(z.enum(['case-worker', 'child-director'])).default([]),
});

/** An entry of `practices.yaml`, with the values of its base filled in. */
export const practiceEntry = z
  .strictObject({
    id: z.string().regex(/^\d{2,12}\/\d{4}-\d{1,2}$/, 'must be like 990101/2026-1'),
    region: z.string().regex(REGION_CODE, 'must be a region code in quotes'),
    from: z.string().refine(isDate, 'must be a day like 2026-05-17'),
    channels: words,
    situations: words,
    /** The agencies that receive a clue, by situation; the first leads. */
    recipients: recipientsBySituation,
    feedback: duration,
    levels: z.array(level).min(2),
    visits: z.partialRecord(level, interval),
    proposals: z.array(proposal),
    /** Kinds of cases and tasks, which say how something is handled, and never what has happened: everybody reads titles. */
    caseKinds: kinds,
    taskKinds: kinds,
    /** The basis of an assessment if the confirming person gives none. */
    plainBasis: z.string().min(1).max(50),
    steps: z.strictObject({ ASSESSED: step, REFERRED: step, HANDLED: step, REVISITED: step, CLOSED: step }),
    /** The agencies that are listed for every case, whether or not they were asked to work on it. */
    cases: z.strictObject({ standing: standingAgencies.default([...OTHER_AGENCIES]), closesAfter: plainDuration }),
    tasks: z.strictObject({ closesAfter: plainDuration }).prefault({ closesAfter: '7d' }),
    assignments: z.strictObject({ closesAfter: plainDuration }).prefault({ closesAfter: '30d' }),
    /** Some time after the feedback, a clue closes to its recipients. */
    clues: z.strictObject({ closesAfter: plainDuration }).prefault({ closesAfter: '30d' }),
    meetings: z.strictObject({ opensBefore: plainDuration, closesAfter: plainDuration }),
    /** The longest that a duty lasts, and how long before its end it waits for the next one to be confirmed. */
    duties: z.strictObject({ longest: duration, endsSoon: days.prefault('30d') }),
    /** How many children one officer opens on one day in China, each child once. */
    openings: z.strictObject({
      /** With `report`, more are opened and shown to auditors. */
      mode: z.enum(['enforce', 'report']).default('enforce'),
      /** And how long an assessment covers its child. */
      assessments: z.strictObject({ perDay: largeCount, lasts: plainDuration }),
      visits: z.strictObject({
        perDay: largeCount,
        /** How long before a visit is due the child is on the list. */
        listed: days,
        /** How long after a visit the child is on the list, to write it up. */
        after: days,
        /** The most children on the list. */
        most: largeCount,
      }),
      welfare: z.strictObject({ perDay: largeCount }),
      recipients: z.strictObject({ perDay: largeCount }),
      /** What a responsible person can release to an officer for the rest of a day. */
      release: z.strictObject({ atMost: largeCount, until: z.literal('endOfDay') }),
    }),
    /** Lookups by ID number of one officer on one day, and those that found nobody: the gateway asks for no fewer. */
    lookups: z.strictObject({
      perDay: largeCount.refine((number) => number >= 10, 'must be 10 or more'),
      misses: largeCount.refine((number) => number >= 3, 'must be 3 or more'),
    }),
    emergency: z.strictObject({ lasts: clockDuration, reviewWithin: duration, unreviewed: count }),
    /** Thresholds for unusual accesses of one day. */
    audit: z.strictObject({
      manyChildren: largeCount,
      refusals: largeCount,
      /** Lookups of children by ID number. */
      lookups: largeCount.default(100),
      /** Lookups that found nobody. */
      missedLookups: largeCount.default(10),
      /** Working hours in China: from the first hour until before the second. */
      hours: z.tuple([hour, hour]).refine(([from, until]) => from < until, 'must begin before they end'),
    }),
    categories: z.strictObject({
      SINGLE_PARENT: category,
      ORPHAN_OR_HARDSHIP: category,
      OUT_OF_SCHOOL_UNEMPLOYED: category,
      MISCONDUCT: category,
    }),
    /** 四访五帮 for children with serious misconduct. */
    support: z.strictObject({ visits: interval, parties, closesAfter: plainDuration }),
    /** How often the village visits after a notice of family violence. */
    notices: z.strictObject({ WARNING: interval, ORDER: interval }),
  })
  .superRefine(({ id, region, levels, visits, steps, situations, recipients, proposals }, check) => {
    const refuse = (path: (string | number)[], message: string) => check.addIssue({ code: 'custom', path, message });
    if (!id.startsWith(`${region}/`)) refuse(['id'], 'must begin with the region');
    for (const { path, message } of recipientFaults(situations, recipients)) refuse([...path], message);
    const order = levels.map((one) => RISK_LEVELS.indexOf(one));
    if (order.some((one, index) => index > 0 && one <= (order[index - 1] ?? 0))) {
      refuse(['levels'], 'must be listed most urgent first, each once');
    }
    const foreign = (named: readonly RiskLevel[]) => named.filter((one) => !levels.includes(one));
    for (const one of foreign(Object.keys(visits) as RiskLevel[])) refuse(['visits', one], 'is not one of the levels');
    for (const [name, { faster }] of Object.entries(steps)) {
      for (const one of foreign(Object.keys(faster) as RiskLevel[])) {
        refuse(['steps', name, 'faster', one], 'is not one of the levels');
      }
    }
    proposals.forEach(({ level: proposed, basis, when }, index) => {
      if (!levels.includes(proposed)) refuse(['proposals', index, 'level'], 'is not one of the levels');
      for (const one of when.situations ?? []) {
        if (!situations.includes(one))
          refuse(['proposals', index, 'when', 'situations'], `${one} is not one of the situations`);
      }
      const [silent] = (when.situations ?? []).filter((one) => SILENT_SITUATIONS.includes(one));
      const hasOtherReason = proposals.some(
        (other) =>
          other.level === proposed &&
          other.basis === basis &&
          other.when.situations?.some((one) => !SILENT_SITUATIONS.includes(one)),
      );
      if (silent !== undefined && !hasOtherReason) {
        const message = `${silent} must not be recognisable: another situation must propose ${proposed} with the same basis`;
        refuse(['proposals', index, 'when', 'situations'], message);
      }
    });
  });

/** How work is done in a region, from a day onwards (工作制度). */
export type Practice = z.infer<typeof practiceEntry>;
