import type { Logger } from 'pino';
import { collectDefaultMetrics, Registry } from 'prom-client';
import { openTracing } from './open-tracing';
import type { ServedMetrics } from './serve-metrics';
import type { TelemetrySettings } from './settings';
import type { Tracing } from './tracing';

/** The telemetry of one process; each part is undefined where it is switched off. */
export interface OpenTelemetry {
  readonly tracing: Tracing | undefined;
  /** Contains the process's own metrics: CPU, memory, event loop, garbage collection. */
  readonly registry: Registry | undefined;
  /** For GET /metrics. */
  readonly served: ServedMetrics | undefined;
}

/** @param service the process's name in traces: `unified-child-record-gateway`. */
export async function openTelemetry(
  { traces, metrics: access }: TelemetrySettings,
  service: string,
  log: Logger,
): Promise<OpenTelemetry> {
  const tracing = await openTracing(traces, service, log);
  if (access === undefined) return { tracing, registry: undefined, served: undefined };
  const registry = new Registry();
  collectDefaultMetrics({ register: registry });
  return { tracing, registry, served: { registry, access } };
}
