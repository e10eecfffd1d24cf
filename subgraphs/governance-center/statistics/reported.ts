import type { Knex } from 'knex';
import type { Quarter } from './quarter';
import {
  casesByStep,
  channelsNamed,
  childrenByCategory,
  childrenByLevel,
  cluesByChannel,
  placesOf,
  type Register,
  stepsByPunctuality,
  type Tally,
} from './tallies';

/** Each figure with its register, whose places it is counted for. */
const FIGURES = {
  LEVEL: { register: 'CHILD', count: childrenByLevel },
  CATEGORY: { register: 'CHILD', count: childrenByCategory },
  STEP: { register: 'CASE', count: casesByStep },
  CHANNEL: { register: 'CLUE', count: cluesByChannel },
  PUNCTUALITY: { register: 'CASE', count: stepsByPunctuality },
} as const satisfies Readonly<
  Record<string, { register: Register; count: (db: Knex, quarter: Quarter) => Promise<Tally[]> }>
>;

export type Figure = keyof typeof FIGURES;

/** The counts of a quarter, as they were when it was first reported. */
export interface Reported {
  /** The channels that reports list, the same for every region. */
  readonly channels: readonly string[];
  /** The counts of one region, or of all when they are stored. */
  readonly counts: readonly ReportedCount[];
}

export interface ReportedCount {
  readonly figure: Figure;
  readonly place: string;
  /** Null for a place without any, which could have had some. */
  readonly value: string | null;
  readonly count: number;
}

/**
 * The counts of a region. The first report of a quarter, of whichever region, stores those of all regions at that
 * moment: if each region's were stored at its first request, the difference would reveal a child who moved in between.
 *
 * @param db on the reader role.
 * @param work on the writer role.
 */
export async function reportedCounts(
  db: Knex,
  work: Knex,
  region: string,
  quarter: Quarter,
  now: Date,
): Promise<Reported> {
  const reported = await kept(db, region, quarter);
  if (reported !== undefined) return reported;
  await keep(work, quarter, now, await counted(db, quarter));
  // Another request may have been first.
  const first = await kept(db, region, quarter);
  if (first === undefined) throw new Error('The stored quarter is missing.');
  return first;
}

// Private:

/** @param region a code; codes are digits only, so they need no escaping as patterns. */
async function kept(db: Knex, region: string, { name }: Quarter): Promise<Reported | undefined> {
  const exposed = () => db.withSchema('exposed');
  const reported = await exposed().from('reported_quarter').where({ quarter: name }).first('channels');
  if (reported === undefined) return undefined;
  const counts: ReportedCount[] = await exposed()
    .from('reported_count')
    .where({ quarter: name })
    .where('place', 'like', `${region}%`)
    .select('figure', 'place', 'value', 'count');
  return { channels: reported.channels, counts };
}

/** All regions' counts, from one snapshot. */
function counted(db: Knex, quarter: Quarter): Promise<Reported> {
  return db.transaction(
    async (snapshot) => {
      const places = await placesOf(snapshot);
      const counts: ReportedCount[] = [];
      for (const [figure, { register, count }] of Object.entries(FIGURES) as [Figure, (typeof FIGURES)[Figure]][]) {
        counts.push(
          ...(places.get(register) ?? []).map((place) => ({ figure, place, value: null, count: 0 })),
          ...(await count(snapshot, quarter)).map((tally) => ({ figure, ...tally })),
        );
      }
      return { channels: await channelsNamed(snapshot, quarter), counts };
    },
    { isolationLevel: 'repeatable read', readOnly: true },
  );
}

/** A second request waits for the first, and stores nothing. */
function keep(work: Knex, { name }: Quarter, now: Date, { channels, counts }: Reported): Promise<void> {
  return work.transaction(async (transaction) => {
    const first = await transaction
      .withSchema('work')
      .insert({ quarter: name, reported_at: now, channels })
      .into('reported_quarter')
      .onConflict()
      .ignore()
      .returning('quarter');
    if (first.length === 0) return;
    await transaction.raw(
      `insert into work.reported_count (quarter, figure, place, value, count)
       select ?, figure, place, value, count
       from jsonb_to_recordset(?) as one (figure text, place text, value text, count int)`,
      [name, JSON.stringify(counts)],
    );
  });
}
