import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { until } from './until';

/** A short delay for tests that wait for spans; the library reads it at start. */
process.env.OTEL_BSP_SCHEDULE_DELAY = '20';

export interface ReceivedSpan {
  readonly service: string;
  readonly traceId: string;
  readonly spanId: string;
  readonly parentSpanId: string | undefined;
  readonly name: string;
  /** 1 internal, 2 server, 3 client. */
  readonly kind: number;
  readonly attributes: Readonly<Record<string, unknown>>;
  /** 2 for an error. */
  readonly status: number;
  readonly events: readonly unknown[];
}

/** A collector: an HTTP server that receives spans by OTLP in JSON. */
export interface OtlpReceiver {
  readonly endpoint: string;
  readonly spans: ReceivedSpan[];
  /** All received bodies. */
  readonly bodies: string[];
  /** Waits for this many new traces. */
  traces(count: number, since: ReadonlySet<ReceivedSpan>): Promise<void>;
  /** Waits until no more spans arrive. */
  settled(): Promise<void>;
  /** The complete trace of some work. */
  nextTrace(work: () => Promise<unknown>): Promise<readonly ReceivedSpan[]>;
  close(): Promise<void>;
}

const QUIET_MILLISECONDS = 150;

export async function otlpReceiver(): Promise<OtlpReceiver> {
  const spans: ReceivedSpan[] = [];
  const bodies: string[] = [];
  const server = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const body = Buffer.concat(chunks).toString();
    const wellSent = request.url === '/v1/traces' && request.headers['content-type'] === 'application/json';
    if (wellSent) {
      bodies.push(body);
      spans.push(...spansOf(JSON.parse(body)));
    }
    response.writeHead(wellSent ? 200 : 400, { 'content-type': 'application/json' }).end('{}');
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');

  /** Spans that end with the root can arrive in the next batch. */
  const settled = async (): Promise<void> => {
    let known = -1;
    while (known !== bodies.length) {
      known = bodies.length;
      await sleep(QUIET_MILLISECONDS);
    }
  };
  return {
    endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    spans,
    bodies,
    async traces(count, since) {
      await until(() => spans.filter((span) => span.parentSpanId === undefined && !since.has(span)).length >= count);
      await settled();
    },
    settled,
    async nextTrace(work) {
      await settled();
      const known = new Set(spans.map(({ traceId }) => traceId));
      await work();
      const roots = () =>
        spans.filter(({ traceId, parentSpanId }) => !known.has(traceId) && parentSpanId === undefined);
      await until(() => roots().length > 0);
      await settled();
      const [root, ...others] = roots();
      if (root === undefined || others.length > 0) throw new Error(`${roots().length} traces began instead of one.`);
      return spans.filter(({ traceId }) => traceId === root.traceId);
    },
    async close() {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}

// Private:

interface Attribute {
  readonly key: string;
  readonly value: { readonly arrayValue?: { readonly values: readonly Attribute['value'][] } };
}

interface Exported {
  readonly resourceSpans: readonly {
    readonly resource: { readonly attributes: readonly Attribute[] };
    readonly scopeSpans: readonly { readonly spans: readonly ExportedSpan[] }[];
  }[];
}

interface ExportedSpan extends Omit<ReceivedSpan, 'attributes' | 'status' | 'service'> {
  readonly attributes: readonly Attribute[];
  readonly status?: { readonly code?: number };
}

function spansOf({ resourceSpans }: Exported): ReceivedSpan[] {
  return resourceSpans.flatMap(({ resource, scopeSpans }) =>
    scopeSpans.flatMap(({ spans }) =>
      spans.map(({ traceId, spanId, parentSpanId, name, kind, attributes, status, events = [] }) => ({
        service: String(attributesOf(resource.attributes)['service.name']),
        traceId,
        spanId,
        parentSpanId: parentSpanId || undefined,
        name,
        kind,
        attributes: attributesOf(attributes),
        status: status?.code ?? 0,
        events,
      })),
    ),
  );
}

function attributesOf(attributes: readonly Attribute[]): Record<string, unknown> {
  const plain = (value: Attribute['value']): unknown =>
    value.arrayValue === undefined ? Object.values(value)[0] : (value.arrayValue.values ?? []).map(plain);
  return Object.fromEntries(attributes.map(({ key, value }) => [key, plain(value)]));
}
