import type { Environment } from '../config/environment';

export interface TraceSettings {
  /** URL that receives spans by POST. */
  readonly url: string;
  /** The share of requests that are traced, 0 to 1. */
  readonly ratio: number;
}

/** Who may read `/metrics`. */
export interface MetricsAccess {
  /** The bearer token of readers. */
  readonly token: string | undefined;
  /** Whether programs on this machine may read without a token. */
  readonly local: boolean;
}

export interface TelemetrySettings {
  /** Undefined for none. */
  readonly traces: TraceSettings | undefined;
  /** Undefined for no metrics. */
  readonly metrics: MetricsAccess | undefined;
}

const SHORTEST_TOKEN = 32;

/**
 * Reads `METRICS_TOKEN` and two of OpenTelemetry's standard variables, `OTEL_EXPORTER_OTLP_ENDPOINT` and
 * `OTEL_TRACES_SAMPLER_ARG`. Adds faults to the environment.
 *
 * @param local see `MetricsAccess`.
 */
export function telemetrySettings(environment: Environment, local = false): TelemetrySettings {
  const token = environment.secret('METRICS_TOKEN');
  if (token !== undefined && token.length < SHORTEST_TOKEN) {
    environment.fault(`METRICS_TOKEN must have at least ${SHORTEST_TOKEN} characters.`);
  }
  return {
    traces: traceSettings(environment),
    metrics: token === undefined && !local ? undefined : { token, local },
  };
}

function traceSettings(environment: Environment): TraceSettings | undefined {
  const endpoint = environment.optional('OTEL_EXPORTER_OTLP_ENDPOINT');
  const ratio = environment.share('OTEL_TRACES_SAMPLER_ARG', 1);
  if (endpoint === undefined) return undefined;
  if (!/^https?:\/\//.test(endpoint) || !URL.canParse(endpoint)) {
    environment.fault('OTEL_EXPORTER_OTLP_ENDPOINT must be a URL like http://collector:4318.');
    return undefined;
  }
  return { url: `${endpoint.replace(/\/+$/, '')}/v1/traces`, ratio };
}
