/** Attributes of a span: names from closed sets, and numbers. Never client input or data of a record. */
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
  /** Runs work, with everything that it starts, inside this span. */
  within<Result>(work: () => Result): Result;
  /** Takes no errors: their messages and stacks can contain values. */
  end(end?: SpanEnd): void;
}

/** Traces of requests. Without tracing this object does not exist, so that it costs nothing. */
export interface Tracing {
  /** Begins a trace, or continues the trace of a `traceparent` (W3C Trace Context) from a trusted sender. */
  beginTrace(start: SpanStart, traceparent?: string): OpenSpan;
  /** Begins a child of the current span; undefined outside of any span, because background work is not traced. */
  begin(start: SpanStart): OpenSpan | undefined;
  /** The `traceparent` of the current span, for the next service. */
  traceparent(): string | undefined;
  /** Exports the remaining spans. */
  close(): Promise<void>;
}
