import { collectDefaultMetrics, Registry } from 'prom-client';

/** A registry with what the process itself uses: CPU, memory, event loop, garbage collection. */
export function processRegistry(): Registry {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry });
  return registry;
}
