import type { Agency } from '../../shared/domain/agencies';
import type { SubgraphResponse } from '../../shared/protocol/subgraph-exchange';

interface UnderWay {
  readonly agency: Agency;
  readonly asked: string;
  readonly variables: unknown;
  /** The variables as text, once there was something to compare them with. */
  text?: string;
  readonly sharers: { resolve(response: SubgraphResponse): void; reject(fault: unknown): void }[];
}

/**
 * What one request asks of agencies at the moment. What it asks for a second time meanwhile, such as the same child by two
 * ways, is asked once. It lives in the context of one request: nothing is ever shared with another one.
 */
export class InFlightFetches {
  private readonly underWay: UnderWay[] = [];

  /**
   * @param asked what the fetch asks for; with agency and variables it says which fetches are the same.
   * @param send is not called where the same is under way.
   * @returns an answer that nobody else has: whoever changes it changes nobody else's.
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
