import type { Requirement } from '../../access/labels';

/** The requirement of one label; equal labels share one object. */
export interface RequestedLabel {
  readonly requirement: Requirement;
  readonly maskable: boolean;
}

/** Decisions of a request, to be reused within it. */
export interface AccessState {
  /** Children whose accesses are recorded, by requirement. */
  readonly noted: Map<RequestedLabel, Set<string>>;
  /** Requirements of the operation's fields, with everything below them. */
  readonly asked: WeakMap<object, readonly RequestedLabel[]>;
  /** Requirements of root fields that found something, by their response keys. */
  readonly roots: Map<string, readonly RequestedLabel[]>;
}

export const newAccessState = (): AccessState => ({ noted: new Map(), asked: new WeakMap(), roots: new Map() });
