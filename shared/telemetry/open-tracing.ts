import type { Logger } from 'pino';
import type { TraceSettings } from './settings';
import type { Tracing } from './tracing';

/** @returns undefined where no traces are wanted: then not even the library is loaded. */
export async function openTracing(
  settings: TraceSettings | undefined,
  service: string,
  log: Logger,
): Promise<Tracing | undefined> {
  if (settings === undefined) return undefined;
  const { otlpTracing } = await import('./otlp.js');
  return otlpTracing(settings, service, log);
}
