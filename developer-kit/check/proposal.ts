import type { SourceFile } from '../../shared/config/agency-files';
import type { Agency } from '../../shared/domain/agencies';

/** What an agency's folder says about its part of the graph, in files with paths from the project's root. */
export interface AgencyFolder {
  readonly agency: Agency;
  /** `*.graphql`, at least one. */
  readonly schema: readonly SourceFile[];
  readonly catalogue: SourceFile;
  /** `*.cedar`, at least one. */
  readonly policies: readonly SourceFile[];
  /** `*.cases.yaml`: the specification by example. */
  readonly cases: readonly SourceFile[];
  /** What other agencies have agreed to send here. */
  readonly agreements: SourceFile | undefined;
}

/** An operation that an app has registered. */
export interface RegisteredOperation {
  readonly name: string;
  readonly kind: string;
  /** SHA-256 of its text, in hexadecimal digits. */
  readonly hash: string;
  readonly text: string;
  /** Where its text is kept, where that is known: `examples/record.graphql`. */
  readonly file: string | undefined;
}

/** What is in force: folders, what they were composed to, and the operations that apps rely on. */
export interface CommittedState {
  /** As people call it: `HEAD`. */
  readonly name: string;
  readonly folders: readonly AgencyFolder[];
  readonly supergraph: string;
  /** gateway/generated/rules.json */
  readonly bundle: string;
  readonly operations: readonly RegisteredOperation[];
}

/** A change to the agencies' folders, whether or not anybody has composed them. */
export interface Proposal {
  readonly before: CommittedState;
  readonly after: readonly AgencyFolder[];
}
