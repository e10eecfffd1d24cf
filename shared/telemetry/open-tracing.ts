import { join } from 'node:path';
import type { Logger } from 'pino';
import type { otlpTracing } from './otlp';
import type { TraceSettings } from './settings';
import type { Tracing } from './tracing';

/** @returns undefined without traces; then the library is not even loaded. */
export async function openTracing(
  settings: TraceSettings | undefined,
  service: string,
  log: Logger,
): Promise<Tracing | undefined> {
  if (settings === undefined) return undefined;
  const library = (await import(join(__dirname, 'otlp.js'))) as { otlpTracing: typeof otlpTracing };
  return library.otlpTracing(settings, service, log);
}
