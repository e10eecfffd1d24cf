import { Histogram, type Registry } from 'prom-client';

/** Buckets in seconds, from a cache hit to the timeout of a request. */
const BUCKETS = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];

/** A histogram of durations, in seconds. */
export function durations<Label extends string = never>(
  registry: Registry,
  name: `${string}_duration_seconds`,
  help: string,
  labelNames: readonly Label[] = [],
): Histogram<Label> {
  return new Histogram({ name, help, labelNames: [...labelNames], buckets: BUCKETS, registers: [registry] });
}
