import { type Path, pathToArray } from 'graphql/jsutils/Path';
import type { DataClassName } from './catalogue';
import { type Coordinate, classesOf, type Requirement } from './labels';

/** Where in an answer: response keys, and `@` for every element of a list. */
export type AnswerPath = readonly string[];

export interface Denied {
  readonly coordinate: Coordinate;
  /** Several are joined by ` & `. */
  readonly dataClass: DataClassName;
  readonly path: AnswerPath;
}

/** What a subgraph tells the gateway about its answers: per place in the operation, however many rows there were. */
export interface AccessReport {
  readonly denied: readonly Denied[];
  readonly masked: readonly Coordinate[];
}

/** Collects, for one request, what the caller is told. ABSENT is never noted here: silence must stay silent. */
export class AnswerNotes {
  private readonly denied = new Map<string, Denied>();
  private readonly masked = new Set<Coordinate>();

  noteDenied(coordinate: Coordinate, requirement: Requirement, path: Path | AnswerPath): void {
    const place = 'key' in path ? placeOf(path) : path;
    const key = `${coordinate} ${place.join('.')}`;
    if (!this.denied.has(key)) this.denied.set(key, { coordinate, dataClass: nameOf(requirement), path: place });
  }

  noteMasked(coordinate: Coordinate): void {
    this.masked.add(coordinate);
  }

  /**
   * @returns undefined where everything was answered clear; else in an order that does not show what was found first, for
   *   that can depend on a fact.
   */
  told(): AccessReport | undefined {
    if (this.denied.size === 0 && this.masked.size === 0) return undefined;
    const denied = [...this.denied].sort(([a], [b]) => (a < b ? -1 : 1));
    return { denied: denied.map(([, answer]) => answer), masked: [...this.masked].sort() };
  }
}

/** A requirement as callers are told of it: of alternatives, the first. */
export function nameOf(requirement: Requirement): DataClassName {
  return classesOf(requirement.map((sets) => sets.slice(0, 1))).join(' & ');
}

export function placeOf(path: Path): AnswerPath {
  return pathToArray(path).map((key) => (typeof key === 'number' ? '@' : key));
}
