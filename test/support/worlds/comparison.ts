import type { Agency } from '../../../shared/domain/agencies';
import { forgetReports } from '../reported-figures';
import { ASKERS, type Asker } from './askers';
import { differences } from './differences';
import { ABSENT_FACTS, type AbsentFact, type Fact, SEALED_FACTS } from './facts';
import { type Observation, type Observe, observer } from './observe';
import { fieldQueries, listQueries, OPENING, type Query, recordQueries } from './queries';
import { type AskAlone, subgraphsAlone } from './subgraph-alone';
import { ownerOf, startWorld, type World } from './world';

/** Longer than any cache of a request's data. */
const LATER_MILLISECONDS = 60_000;
const ASKED_AT_ONCE = 4;

/** Starts a world whose caches' clock the comparison can advance. @param name prefix of its databases. */
export async function startComparison(name: string): Promise<Comparison> {
  const now = performance.now.bind(performance);
  let passed = 0;
  jest.spyOn(performance, 'now').mockImplementation(() => now() + passed);
  return new Comparison(await startWorld(name), (milliseconds) => {
    passed += milliseconds;
  });
}

/** Compares answers in the world with all facts with those in worlds without some of them. */
export class Comparison {
  readonly world: World;
  /** Pairs of answers compared so far. */
  pairs = 0;
  private readonly observe: Observe;
  private readonly askAgency: AskAlone;
  private readonly passTime: (milliseconds: number) => void;
  private readonly answers = new Map<string, Observation>();
  private readonly agencyAnswers = new Map<string, string>();

  /** @param passTime advances the caches' clock, so no world is answered from another's cache. */
  constructor(world: World, passTime: (milliseconds: number) => void) {
    this.world = world;
    this.observe = observer(world.system);
    this.askAgency = subgraphsAlone(world);
    this.passTime = passTime;
  }

  /** Records the answers in the world with all facts. */
  async begin(): Promise<void> {
    const { focus, sealed } = this.world;
    const all = [
      ...recordQueries(focus),
      ...recordQueries(sealed),
      ...listQueries(focus),
      ...ABSENT_FACTS.flatMap((fact) => fieldQueries(fact, focus)),
    ];
    const queries = [...new Map(all.map((query) => [query.name, query])).values()];
    const agencies = new Set([...ABSENT_FACTS, ...SEALED_FACTS].map(({ agency }) => agency));
    await this.forEach(ASKERS, async (asker) => {
      for (const query of opened(asker, queries)) {
        this.answers.set(keyOf(asker, query.name), await this.ask(asker, query));
      }
      for (const agency of agencies) {
        this.agencyAnswers.set(keyOf(asker, agency), await this.askAgency(agency, asker));
      }
    });
  }

  /** The observation in the world with all facts. */
  seen(asker: Asker, { name }: Query): Observation {
    const seen = this.answers.get(keyOf(asker, name));
    if (seen === undefined) throw new Error(`${keyOf(asker, name)} was not asked at the beginning.`);
    return seen;
  }

  get allSeen(): readonly Observation[] {
    return [...this.answers.values()];
  }

  ask(asker: Asker, { text, variables }: Query): Promise<Observation> {
    const reference = asker.reference && this.world.references[asker.reference];
    return this.observe(text, {
      as: asker.caller,
      purpose: asker.purpose,
      ...(reference && { reference: `${reference.kind}/${reference.id}` }),
      ...(asker.purpose === 'EMERGENCY' && { reason: '孩子失联，需立即寻找下落' }),
      variables,
    });
  }

  /** Runs work in a world without some facts. */
  async without<Result>(facts: readonly Fact[], work: () => Promise<Result>): Promise<Result> {
    for (const fact of facts) await this.world.takeOut(fact);
    await this.forget();
    try {
      return await work();
    } finally {
      for (const fact of facts.toReversed()) await this.world.put(fact);
      await this.forget();
    }
  }

  /** Forgets what is cached or stored of another world: a stored report of a quarter would hide a difference. */
  async forget(): Promise<void> {
    await forgetReports(ownerOf(this.world.owners, 'governance-center'));
    this.passTime(LATER_MILLISECONDS);
  }

  async close(): Promise<void> {
    await this.world.close();
    jest.restoreAllMocks();
  }

  /** The differences from the world with all facts, through the gateway and from one agency alone. */
  async differencesFor(askers: readonly Asker[], queries: readonly Query[], alone?: Agency): Promise<string[]> {
    const found: string[] = [];
    await this.forEach(askers, async (asker) => {
      for (const query of opened(asker, queries)) {
        const here = differences(this.seen(asker, query), await this.ask(asker, query));
        found.push(...here.map((difference) => `${keyOf(asker, query.name)}: ${difference}`));
        this.pairs += 1;
      }
      if (alone === undefined) return;
      if (!(await this.agencyAnswersAsBefore(asker, alone))) found.push(`${keyOf(asker, alone)} alone`);
      this.pairs += 1;
    });
    return found;
  }

  /** Answers that should show a removed fact, but did not change. */
  async unmoved(asker: Asker, fact: AbsentFact): Promise<string[]> {
    const found: string[] = [];
    for (const query of fieldQueries(fact, this.world.focus)) {
      const { reply } = await this.ask(asker, query);
      if (reply.text === this.seen(asker, query).reply.text) found.push(keyOf(asker, query.name));
    }
    if (await this.agencyAnswersAsBefore(asker, fact.agency)) found.push(`${keyOf(asker, fact.agency)} alone`);
    return found;
  }

  private async agencyAnswersAsBefore(asker: Asker, agency: Agency): Promise<boolean> {
    return this.agencyAnswers.get(keyOf(asker, agency)) === (await this.askAgency(agency, asker));
  }

  private async forEach(askers: readonly Asker[], work: (asker: Asker) => Promise<void>): Promise<void> {
    const waiting = [...askers];
    const worker = async () => {
      for (let asker = waiting.shift(); asker !== undefined; asker = waiting.shift()) await work(asker);
    };
    await Promise.all(Array.from({ length: ASKED_AT_ONCE }, worker));
  }
}

// Private:

function keyOf({ name }: Asker, what: string): string {
  return `${name}: ${what}`;
}

/** A reference's content is requested for the first query in a world, and cached for the others. */
function opened({ reference }: Asker, queries: readonly Query[]): readonly Query[] {
  return reference === undefined ? queries : [OPENING, ...queries];
}
