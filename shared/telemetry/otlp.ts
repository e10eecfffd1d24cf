import { AsyncLocalStorage } from 'node:async_hooks';
import { type Context, ROOT_CONTEXT, type Span, SpanKind, SpanStatusCode, trace } from '@opentelemetry/api';
import { parseTraceParent, setGlobalErrorHandler } from '@opentelemetry/core';
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-http';
import { Resource } from '@opentelemetry/resources';
import {
  BasicTracerProvider,
  BatchSpanProcessor,
  ParentBasedSampler,
  TraceIdRatioBasedSampler,
} from '@opentelemetry/sdk-trace-base';
import type { Logger } from 'pino';
import type { TraceSettings } from './settings';
import type { OpenSpan, SpanAttributes, SpanStart, Tracing } from './tracing';

const KINDS = { server: SpanKind.SERVER, client: SpanKind.CLIENT, internal: SpanKind.INTERNAL } as const;

/** A collector that does not answer must not delay the end of the process. */
const EXPORT_TIMEOUT_MILLISECONDS = 3_000;

/**
 * Exports traces by OTLP over HTTP, in JSON. Registers neither provider nor context globally: other libraries in the
 * process would then write spans that contain operations' texts.
 */
export function otlpTracing({ url, ratio }: TraceSettings, service: string, log: Logger): Tracing {
  setGlobalErrorHandler((fault) => {
    const { code, name } = fault as { code?: unknown; name?: unknown };
    log.warn({ event: 'traces-not-exported', cause: code ?? name }, 'traces are not exported');
  });
  const provider = new BasicTracerProvider({
    resource: new Resource({ 'service.name': service }),
    // Agencies follow the gateway's sampling decision.
    sampler: new ParentBasedSampler({ root: new TraceIdRatioBasedSampler(ratio) }),
    spanProcessors: [
      new BatchSpanProcessor(new OTLPTraceExporter({ url, timeoutMillis: EXPORT_TIMEOUT_MILLISECONDS })),
    ],
  });
  const tracer = provider.getTracer('unified-child-record');
  const current = new AsyncLocalStorage<Context>();

  const open = ({ name, kind, attributes }: SpanStart, parent: Context): OpenSpan => {
    const span = tracer.startSpan(name, { kind: KINDS[kind], attributes: written(attributes) }, parent);
    const context = trace.setSpan(parent, span);
    return {
      within: (work) => current.run(context, work),
      end({ attributes: told, failed = false } = {}) {
        if (told !== undefined) span.setAttributes(written(told));
        if (failed) span.setStatus({ code: SpanStatusCode.ERROR });
        span.end();
      },
    };
  };
  return {
    beginTrace(start, traceparent) {
      const remote = traceparent === undefined ? null : parseTraceParent(traceparent);
      return open(start, remote === null ? ROOT_CONTEXT : trace.setSpanContext(ROOT_CONTEXT, remote));
    },
    begin(start) {
      const parent = current.getStore();
      return parent && open(start, parent);
    },
    traceparent() {
      const span = trace.getSpan(current.getStore() ?? ROOT_CONTEXT);
      return span && traceparentOf(span);
    },
    close: () => provider.shutdown().catch(() => undefined),
  };
}

// Private:

/** https://www.w3.org/TR/trace-context/#traceparent-header */
function traceparentOf(span: Span): string {
  const { traceId, spanId, traceFlags } = span.spanContext();
  return `00-${traceId}-${spanId}-${traceFlags.toString(16).padStart(2, '0')}`;
}

function written(attributes: SpanAttributes = {}): Record<string, string | number | string[]> {
  return attributes as Record<string, string | number | string[]>;
}
