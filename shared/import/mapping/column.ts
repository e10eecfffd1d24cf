import { z } from 'zod';
import { REGION_LEVELS } from '../../domain/regions';

/** A column of the database: what SQL names without quotation marks. */
export const identifier = z.string().regex(/^[a-z][a-z0-9_]*$/, 'must be a name like student_number');

const headed = {
  /** What the column is called in files and templates. */
  header: z.string().trim().min(1),
  /** Other names for it that files of this agency have. */
  aliases: z.array(z.string().trim().min(1)).default([]),
  /** The column of the kind's table. A column without `to` and `child` is checked and not stored. */
  to: identifier.optional(),
  /** The column of the roster that a child is given who is not on it yet. */
  child: identifier.optional(),
  /** Whether files must have the column, and every row a value in it. */
  required: z.boolean().default(false),
  /** For templates: a value of a synthetic child, region 99. */
  example: z.string().default(''),
};

/** `atMost: school_days`: not more, or later, than what the same row has for that column of the table. */
const bounded = { atMost: identifier.optional() };

/** Stored value -> what files may say for it, besides itself. */
const codes = z.record(z.string().min(1), z.array(z.string().min(1))).refine((some) => Object.keys(some).length > 0);

/** `past`: not after the day of the import. */
const dated = { ...headed, ...bounded, past: z.boolean().default(false) };

/** How one column of a file is read. */
export const columnSchema = z.discriminatedUnion('type', [
  /** The resident ID number (GB 11643) that names the child. Every kind has exactly one. */
  z.strictObject({ ...headed, type: z.literal('id-number') }),
  /** Checked against the ID number. */
  z.strictObject({ ...headed, type: z.literal('birth-date') }),
  /** 男 or 女 (GB/T 2261.1: 1, 2); checked against the ID number. */
  z.strictObject({ ...headed, type: z.literal('sex') }),
  /** An administrative code (GB/T 2260, GB/T 10114) of one of the levels. */
  z.strictObject({
    ...headed,
    type: z.literal('region'),
    levels: z.array(z.enum(REGION_LEVELS)).min(1).default(['TOWN', 'VILLAGE']),
  }),
  z.strictObject({
    ...headed,
    type: z.literal('text'),
    /** In characters, at most 10,000. */
    max: z.int().min(1).max(10_000),
    /** Whether line breaks may stand in it. */
    multiline: z.boolean().default(false),
    /** The whole text matches it, as a regular expression. */
    pattern: z.string().optional(),
  }),
  z.strictObject({ ...headed, type: z.literal('code'), codes }),
  /** Several of them in one cell, with 、 or ; or , between. */
  z.strictObject({ ...headed, type: z.literal('codes'), codes }),
  z.strictObject({ ...headed, type: z.literal('boolean') }),
  z.strictObject({ ...dated, type: z.literal('date') }),
  /** A day, or a day with a time, in China. */
  z.strictObject({ ...dated, type: z.literal('date-time') }),
  /** `2026-05` */
  z.strictObject({ ...dated, type: z.literal('month') }),
  z.strictObject({
    ...headed,
    ...bounded,
    type: z.literal('integer'),
    min: z.int().min(-2_147_483_648).default(0),
    max: z.int().max(2_147_483_647).default(2_147_483_647),
  }),
  /** An amount with at most two decimals. */
  z.strictObject({ ...headed, type: z.literal('amount'), max: z.number().positive().max(99_999_999.99) }),
]);

export type Column = Readonly<z.infer<typeof columnSchema>>;
