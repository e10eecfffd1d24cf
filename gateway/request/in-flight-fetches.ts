import type { Agency } from '../../shared/domain/agencies';
import type { SubgraphResponse } from '../../shared/protocol/subgraph-exchange';

interface UnderWay {
  readonly agency: Agency;
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
  private readonly underWay = new Map<string, UnderWay[]>();

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
    const alike = this.underWay.get(asked);
    const same = alike && sameIn(alike, agency, variables);
    if (same !== undefined) return new Promise((resolve, reject) => same.sharers.push({ resolve, reject }));

    const own: UnderWay = { agency, variables, sharers: [] };
    if (alike === undefined) this.underWay.set(asked, [own]);
    else alike.push(own);
    try {
      const response = await send();
      for (const sharer of own.sharers) sharer.resolve(structuredClone(response));
      return response;
    } catch (fault) {
      for (const sharer of own.sharers) sharer.reject(fault);
      throw fault;
    } finally {
      const left = (this.underWay.get(asked) ?? []).filter((one) => one !== own);
      if (left.length === 0) this.underWay.delete(asked);
      else this.underWay.set(asked, left);
    }
  }
}

function sameIn(alike: readonly UnderWay[], agency: Agency, variables: unknown): UnderWay | undefined {
  const text = JSON.stringify(variables);
  return alike.find((one) => {
    if (one.agency !== agency) return false;
    one.text ??= JSON.stringify(one.variables);
    return one.text === text;
  });
}
