import { z } from 'zod';
import { REGION_LEVELS } from '../../domain/regions';

/** A database column: a name that needs no quotation marks in SQL. */
export const identifier = z.string().regex(/^[a-z][a-z0-9_]*$/, 'must be a name like student_number');

const headed = {
  /** The column's header in files and templates. */
  header: z.string().trim().min(1),
  /** Other headers for it in files of this agency. */
  aliases: z.array(z.string().trim().min(1)).default([]),
  /** The target column of the kind's table. A column without `to` and `child` is validated but not stored. */
  to: identifier.optional(),
  /** The target column of the roster, for children who are not on it yet. */
  child: identifier.optional(),
  /** Whether the column, and a value in every row, is required. */
  required: z.boolean().default(false),
  /** For templates: a value of a synthetic child, region 99. */
  example: z.string().default(''),
};

/** `atMost: school_days`: the value must not exceed that of this column in the same row. */
const bounded = { atMost: identifier.optional() };

/** Stored value -> accepted terms besides the value itself. */
const codes = z.record(z.string().min(1), z.array(z.string().min(1))).refine((some) => Object.keys(some).length > 0);

/** `past`: not after the day of the import. */
const dated = { ...headed, ...bounded, past: z.boolean().default(false) };

/** How to read one column of a file. */
export const columnSchema = z.discriminatedUnion('type', [
  /** The resident ID number (GB 11643) that names the child. Every kind has exactly one. */
  z.strictObject({ ...headed, type: z.literal('id-number') }),
  /** Validated against the ID number. */
  z.strictObject({ ...headed, type: z.literal('birth-date') }),
  /** 男 or 女 (GB/T 2261.1: 1, 2); validated against the ID number. */
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
    /** Whether line breaks are allowed. */
    multiline: z.boolean().default(false),
    /** A regular expression that the whole text must match. */
    pattern: z.string().optional(),
  }),
  z.strictObject({ ...headed, type: z.literal('code'), codes }),
  /** Several values in one cell, separated by 、 or ; or , */
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
