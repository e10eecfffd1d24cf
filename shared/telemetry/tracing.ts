/**
 * What a span says besides its name and its time: names from closed sets and figures. Never what a client has sent, nor
 * anything of a record.
 */
export type SpanAttributes = Readonly<Record<string, string | number | readonly string[]>>;

export interface SpanStart {
  readonly name: string;
  readonly kind: 'server' | 'client' | 'internal';
  readonly attributes?: SpanAttributes;
}

export interface SpanEnd {
  readonly attributes?: SpanAttributes;
  readonly failed?: boolean;
}

export interface OpenSpan {
  /** Does something, and all that follows from it, below this span. */
  within<Result>(work: () => Result): Result;
  /** Errors are not handed over: their messages and stacks can hold values. */
  end(end?: SpanEnd): void;
}

/** Traces of requests. Where none are wanted there is no such object, so that they cost nothing. */
export interface Tracing {
  /** Begins a trace, or goes on with the one of a `traceparent` (W3C Trace Context) that somebody trusted has sent. */
  beginTrace(start: SpanStart, traceparent?: string): OpenSpan;
  /** A span below the one that is worked in; undefined outside of any: what nobody asked for is not traced. */
  begin(start: SpanStart): OpenSpan | undefined;
  /** Of the span that is worked in, for the next one on the way. */
  traceparent(): string | undefined;
  /** Exports what is left. */
  close(): Promise<void>;
}
