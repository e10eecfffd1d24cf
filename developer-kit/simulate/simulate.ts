import type { Manifest } from '../../gateway/trusted-documents/manifest';
import type { Coordinate } from '../../shared/access/labels';
import { answerStates, differencesOf } from './answer-states';
import { changedClasses } from './changed-classes';
import { changedFields, classesBehind } from './changed-fields';
import { demoUse } from './demo-use';
import { type DistrictData, schemaOf, startDistrictSystem } from './district-system';
import { type Profile, standIn } from './profile';
import type { UsedOperation } from './recorded-operations';
import { type ReplayableOperation, replayable, type SubjectKind } from './replayable-operation';
import { referencesFor, type Subjects, subjectsOf } from './subjects';

/** A selected field of an operation whose answer changes for callers of one kind. */
export interface ChangedAnswer {
  readonly operation: { readonly name: string; readonly hash: string };
  readonly profile: Profile;
  /** Number of recorded uses; 0 if unknown. */
  readonly times: number;
  readonly coordinate: Coordinate;
  readonly before: string;
  readonly after: string;
  /** How many children, cases or meetings it changes for; null if the operation names none. */
  readonly about: { readonly kind: SubjectKind; readonly count: number } | null;
  /** The changes of rules or schema that explain it. */
  readonly because: readonly string[];
}

export interface Simulation {
  /** Pairs of caller kind and operation that were replayed. */
  readonly replayed: number;
  /** Pairs that were not replayed, because nothing that concerns them has changed. */
  readonly untouched: number;
  /** Requests that were answered by both sets of rules. */
  readonly requests: number;
  readonly changes: readonly ChangedAnswer[];
  readonly notReplayed: readonly { readonly what: string; readonly times: number; readonly reason: string }[];
}

export interface SimulationInput {
  readonly before: string;
  readonly after: string;
  readonly data: DistrictData;
  readonly documents: Manifest;
  /** Undefined without a ledger: demo callers then send every document. */
  readonly recorded: readonly UsedOperation[] | undefined;
  readonly onProgress: (done: number, total: number) => void;
}

const ASKED_AT_ONCE = 4;
/** The written reason for break-glass. */
const REASON = '规则变更演练，合成数据';

/** Replays operations on synthetic people under two sets of rules, and reports the answers that differ. */
export async function simulate(input: SimulationInput): Promise<Simulation> {
  const { before, after, data, documents, recorded, onProgress } = input;
  const old = await startDistrictSystem(before, data, true);
  const now = await startDistrictSystem(after, data, false).catch(async (error) => {
    await old.close();
    throw error;
  });
  try {
    const subjects = await subjectsOf(data);
    const changedFor = changedClasses(old.graph.rules.agencies, now.graph.rules.agencies);
    const schemaChanges = changedFields(old.graph, now.graph);
    const schema = schemaOf(old.graph);
    const operations = new Map(
      [...documents].flatMap(([hash, text]) => {
        const operation = replayable(schema, hash, text);
        return operation === undefined ? [] : [[hash, operation] as const];
      }),
    );
    const notReplayed: Simulation['notReplayed'][number][] = [];
    const changes: ChangedAnswer[] = [];
    let [replayed, untouched, requests] = [0, 0, 0];
    const used = recorded ?? demoUse([...operations.keys()], [old.graph, now.graph]);
    for (const [index, { hash, profile, times }] of used.entries()) {
      onProgress(index, used.length);
      const operation = operations.get(hash);
      if (operation === undefined) {
        const reason = documents.has(hash)
          ? 'it is not a valid query of this schema'
          : 'its text is not among the trusted documents';
        notReplayed.push({ what: `operation ${hash.slice(0, 12)}`, times, reason });
        continue;
      }
      const classes = changedFor(profile);
      const touched = new Map(
        [...operation.fields].flatMap((field) => {
          const because = [
            ...classesBehind(field, [old.graph, now.graph]).flatMap(
              (name) => classes.find((changed) => changed.name === name)?.rules ?? [],
            ),
            ...(schemaChanges.has(field) ? [`the schema of ${field}`] : []),
          ];
          return because.length === 0 ? [] : [[field, because] as const];
        }),
      );
      if (touched.size === 0) {
        untouched += 1;
        continue;
      }
      const replay = await replayOne(operation, profile, subjects);
      if (replay === undefined) {
        const reason = `in the synthetic district, nothing of the kind ${profile.referenceKind} opens to such a caller`;
        notReplayed.push({
          what: `${operation.name} by ${profile.roles.join(', ')} for ${profile.purpose}`,
          times,
          reason,
        });
        continue;
      }
      replayed += 1;
      requests += replay.requests;
      const all = [...new Set([...touched.values()].flat())].sort();
      for (const { coordinate, before: was, after: is, about } of replay.found) {
        changes.push({
          operation: { name: operation.name, hash },
          profile,
          times,
          coordinate,
          before: was,
          after: is,
          about: operation.about && { kind: operation.about, count: about.size },
          because: touched.get(coordinate) ?? all,
        });
      }
    }
    onProgress(used.length, used.length);
    return { replayed, untouched, requests, changes, notReplayed: together(notReplayed) };
  } finally {
    await now.close();
    await old.close();
  }

  async function replayOne(operation: ReplayableOperation, profile: Profile, subjects: Subjects) {
    const caller = standIn(profile);
    const references = await referencesFor(profile, caller, old);
    if (references.length === 0) return undefined;
    const found = new Map<string, { coordinate: Coordinate; before: string; after: string; about: Set<string> }>();
    const asked = operation.about === null ? [null] : subjects[operation.about];
    const waiting = references.flatMap((reference) => asked.map((subject) => ({ reference, subject })));
    const requests = waiting.length;
    const schema = schemaOf(old.graph);
    const worker = async () => {
      for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) {
        const { reference, subject } = next;
        const headers = {
          'access-purpose': profile.purpose,
          ...(reference !== undefined && { 'access-reference': reference }),
          ...(profile.purpose === 'EMERGENCY' && { 'access-reason': encodeURIComponent(REASON) }),
        };
        const body = { query: operation.text, variables: operation.variables(subject) };
        const [was, is] = await Promise.all([old.ask(caller, headers, body), now.ask(caller, headers, body)]);
        const states = [was, is].map((answer) => answerStates(schema, operation, answer)) as unknown as [
          States,
          States,
        ];
        for (const difference of differencesOf(...states)) {
          const { coordinate, before: one, after: other } = difference;
          const key = `${coordinate} ${one} ${other}`;
          const known = found.get(key) ?? { ...difference, about: new Set<string>() };
          found.set(key, known);
          known.about.add(subject?.id ?? '');
        }
      }
    };
    await Promise.all(Array.from({ length: ASKED_AT_ONCE }, worker));
    return { requests, found: [...found.values()] };
  }
}

// Private:

type States = ReturnType<typeof answerStates>;

function together(found: Simulation['notReplayed']): Simulation['notReplayed'] {
  const known = new Map<string, Simulation['notReplayed'][number]>();
  for (const one of found) {
    const key = `${one.what} ${one.reason}`;
    known.set(key, { ...one, times: one.times + (known.get(key)?.times ?? 0) });
  }
  return [...known.values()];
}
