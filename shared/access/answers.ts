import type { DataClassName } from './catalogue';
import { type Coordinate, classesOf, type Requirement } from './labels';

/** What a subgraph tells the gateway about the fields that it refused, once per coordinate however many rows there were. */
export interface ToldAnswers {
  readonly denied: readonly { readonly coordinate: Coordinate; readonly dataClass: DataClassName }[];
}

/** Collects, for one request, what the caller is told. ABSENT is never noted here: silence must stay silent. */
export class AnswerNotes {
  private readonly denied = new Map<Coordinate, DataClassName>();

  noteDenied(coordinate: Coordinate, requirement: Requirement): void {
    if (!this.denied.has(coordinate)) this.denied.set(coordinate, classesOf(requirement).join(' & '));
  }

  /** @returns undefined where everything was answered. */
  told(): ToldAnswers | undefined {
    if (this.denied.size === 0) return undefined;
    return { denied: [...this.denied].map(([coordinate, dataClass]) => ({ coordinate, dataClass })) };
  }
}
