import type { Requirement } from '../../access/labels';

/** What one label asks for, the same object for equal labels. */
export interface RequestedLabel {
  readonly requirement: Requirement;
  readonly maskable: boolean;
}

/** What a request has looked at so far that need not be decided again. */
export interface AccessState {
  /** Children about whom it is noted how it was answered, by what was asked for. */
  readonly noted: Map<RequestedLabel, Set<string>>;
  /** What fields of the operation ask for, with all that is below them. */
  readonly asked: WeakMap<object, readonly RequestedLabel[]>;
  /** What root fields that found something asked for, by their keys in the answer. */
  readonly roots: Map<string, readonly RequestedLabel[]>;
}

export const newAccessState = (): AccessState => ({ noted: new Map(), asked: new WeakMap(), roots: new Map() });
