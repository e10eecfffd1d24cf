import { extname, join } from 'node:path';
import type { Logger } from 'pino';
import type { otlpTracing } from './otlp';
import type { TraceSettings } from './settings';
import type { Tracing } from './tracing';

/** @returns undefined if tracing is off; the library is then not even loaded. */
export async function openTracing(
  settings: TraceSettings | undefined,
  service: string,
  log: Logger,
): Promise<Tracing | undefined> {
  if (settings === undefined) return undefined;
  const library = (await import(join(__dirname, `otlp${extname(__filename)}`))) as { otlpTracing: typeof otlpTracing };
  return library.otlpTracing(settings, service, log);
}
