import type { Agency } from '../../shared/domain/agencies';
import type { SubgraphResponse } from '../../shared/protocol/subgraph-exchange';

interface UnderWay {
  readonly agency: Agency;
  readonly asked: string;
  readonly variables: unknown;
  /** The variables as text, once they were compared. */
  text?: string;
  readonly sharers: { resolve(response: SubgraphResponse): void; reject(fault: unknown): void }[];
}

/**
 * The current fetches of one request. A fetch that equals one in progress, such as the same child by two paths, is sent
 * once. Nothing is ever shared between requests.
 */
export class InFlightFetches {
  private readonly underWay: UnderWay[] = [];

  /**
   * @param asked identifies the operation; fetches with equal agency, `asked` and variables are shared.
   * @param send is not called if an equal fetch is in progress.
   * @returns an answer that no other caller has: changing it affects nothing else.
   */
  async once(
    agency: Agency,
    asked: string,
    variables: unknown,
    send: () => Promise<SubgraphResponse>,
  ): Promise<SubgraphResponse> {
    const alike = this.underWay.filter((one) => one.agency === agency && one.asked === asked);
    const same = alike.length === 0 ? undefined : sameIn(alike, variables);
    if (same !== undefined) return new Promise((resolve, reject) => same.sharers.push({ resolve, reject }));

    const own: UnderWay = { agency, asked, variables, sharers: [] };
    this.underWay.push(own);
    try {
      const response = await send();
      for (const sharer of own.sharers) sharer.resolve(structuredClone(response));
      return response;
    } catch (fault) {
      for (const sharer of own.sharers) sharer.reject(fault);
      throw fault;
    } finally {
      this.underWay.splice(this.underWay.indexOf(own), 1);
    }
  }
}

function sameIn(alike: readonly UnderWay[], variables: unknown): UnderWay | undefined {
  const text = JSON.stringify(variables);
  return alike.find((one) => {
    one.text ??= JSON.stringify(one.variables);
    return one.text === text;
  });
}
