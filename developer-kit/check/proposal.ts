import type { SourceFile } from '../../shared/config/agency-files';
import type { Agency } from '../../shared/domain/agencies';
import type { ChangedFile } from './changed-files';

/** An agency's part of the graph, as files with paths from the project's root. */
export interface AgencyFolder {
  readonly agency: Agency;
  /** `*.graphql`, at least one. */
  readonly schema: readonly SourceFile[];
  readonly catalogue: SourceFile;
  /** `*.cedar`, at least one. */
  readonly policies: readonly SourceFile[];
  /** `*.cases.yaml`: the specification by example. */
  readonly cases: readonly SourceFile[];
  /** `migrations/NNNN-*.sql`, in the order in which they run. */
  readonly migrations: readonly SourceFile[];
  /** `test/facts.yaml`: facts that tests put in and take out. */
  readonly facts: SourceFile | undefined;
  /** `sharing.yaml`: agreements by which this agency opens data classes to others. */
  readonly sharing: SourceFile | undefined;
  /** `agreements.yaml`: agreements of other agencies to send fields to this one. */
  readonly agreements: SourceFile | undefined;
}

/** An operation that an app has registered. */
export interface RegisteredOperation {
  readonly name: string;
  readonly kind: string;
  /** SHA-256 of its text, in hexadecimal digits. */
  readonly hash: string;
  readonly text: string;
  /** The file of its text, if known: `examples/record.graphql`. */
  readonly file: string | undefined;
}

/** The committed state: folders, the graph composed from them, and the registered operations of apps. */
export interface CommittedState {
  /** Its name: `HEAD`. */
  readonly name: string;
  readonly folders: readonly AgencyFolder[];
  readonly supergraph: string;
  /** gateway/generated/rules.json */
  readonly bundle: string;
  readonly operations: readonly RegisteredOperation[];
}

/** A change to the agencies' folders, composed or not, and to everything else of the project. */
export interface Proposal {
  readonly before: CommittedState;
  readonly after: readonly AgencyFolder[];
  /** The project's changed files, those of the agencies among them. */
  readonly changed: readonly ChangedFile[];
  /** The agencies whose findings are asked for; all if none is named. */
  readonly asked?: readonly Agency[];
}
