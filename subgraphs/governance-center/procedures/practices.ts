import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { FileFaults, YamlFile } from '../../../shared/cli/read-yaml';
import type { Environment } from '../../../shared/config/environment';
import { todayInChina } from '../../../shared/domain/dates';
import { failure } from '../../../shared/protocol/errors';
import { WorkingCalendar } from './calendar';
import { type Practice, practiceEntry } from './practice';

const practicesFile = z.strictObject({ practices: z.array(z.record(z.string(), z.unknown())).min(1) });

/** The practices of all regions (`practices.yaml`), and the calendar of working days. */
export class Practices {
  readonly calendar: WorkingCalendar;
  private readonly entries: readonly Practice[];

  constructor(entries: readonly Practice[], calendar: WorkingCalendar) {
    this.entries = entries;
    this.calendar = calendar;
  }

  /**
   * The practice in force in a region at an instant: of the longest matching region, the latest that is in force.
   *
   * @throws NOT_IN_FORCE if there is none.
   */
  for(region: string, now: Date): Practice {
    const day = todayInChina(now.getTime());
    const [found] = this.entries
      .filter((entry) => region.startsWith(entry.region) && entry.from <= day)
      .toSorted((a, b) => b.region.length - a.region.length || (a.from < b.from ? 1 : -1));
    if (found === undefined) throw failure('NOT_IN_FORCE', 'No practice is in force in this region.');
    return found;
  }

  /** The regions that have a practice of their own in force, the narrowest first. */
  regions(now: Date): readonly string[] {
    const day = todayInChina(now.getTime());
    const inForce = this.entries.filter(({ from }) => from <= day).map(({ region }) => region);
    return [...new Set(inForce)].toSorted((a, b) => b.length - a.length);
  }
}

/**
 * Reads `PRACTICES_FILE` and `CALENDAR_FILE`, or the files in this folder. Reports each fault to the environment with
 * file and line, which prevents the start.
 */
export function readPractices(environment: Environment): Practices {
  const read = <Result>(
    name: string,
    fallback: string,
    work: (text: string, fileName: string) => Result,
  ): Result | undefined => {
    const file = environment.optional(name) ?? join(__dirname, fallback);
    try {
      return work(readFileSync(file, 'utf8'), file);
    } catch (error) {
      const faults = error instanceof FileFaults ? error.faults : ['cannot be read'];
      for (const fault of faults) environment.fault(`${name}: ${fault}.`);
      return undefined;
    }
  };
  const calendar = read('CALENDAR_FILE', 'calendar.yaml', (text, fileName) => new WorkingCalendar(text, fileName));
  const entries = read('PRACTICES_FILE', 'practices.yaml', readEntries);
  return new Practices(entries ?? [], calendar ?? new WorkingCalendar('{}', 'no calendar'));
}

// Private:

/** @throws FileFaults */
function readEntries(text: string, fileName: string): readonly Practice[] {
  // Everything as text, because YAML would read a code such as 0101 as a number.
  const file = new YamlFile(text, fileName, { asText: true });
  const faultOf = (index: number, key: string, message: string) =>
    new FileFaults([file.fault(['practices', index, key], message)]);
  const { practices } = file.read(practicesFile);
  const filledIn = new Map<unknown, Record<string, unknown>>();
  const entries = practices.map(({ basedOn, ...own }, index) => {
    const base = basedOn === undefined ? {} : filledIn.get(basedOn);
    if (base === undefined) throw faultOf(index, 'basedOn', 'must name an entry above');
    if (filledIn.has(own.id)) throw faultOf(index, 'id', 'is the id of another entry');
    const entry = { ...base, ...own };
    filledIn.set(own.id, entry);
    return entry;
  });
  const parsed = file.check({ practices: entries }, z.strictObject({ practices: z.array(practiceEntry) })).practices;
  parsed.forEach(({ region, from }, index) => {
    if (parsed.findIndex((other) => other.region === region && other.from === from) < index) {
      throw faultOf(index, 'from', 'another entry of this region is in force from the same day');
    }
  });
  return parsed;
}
