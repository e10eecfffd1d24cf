import type { Environment } from '../config/environment';

export interface TraceSettings {
  /** Where spans are posted to. */
  readonly url: string;
  /** The share of requests that are traced, 0 to 1. */
  readonly ratio: number;
}

/** Who may read `/metrics`. */
export interface MetricsAccess {
  /** What a reader must present as a bearer token. */
  readonly token: string | undefined;
  /** Whether programs on this machine may read without. */
  readonly local: boolean;
}

export interface TelemetrySettings {
  /** Undefined for none. */
  readonly traces: TraceSettings | undefined;
  /** Undefined where nothing is counted. */
  readonly metrics: MetricsAccess | undefined;
}

const SHORTEST_TOKEN = 32;

/**
 * `METRICS_TOKEN`, and of the variables that OpenTelemetry has for everybody `OTEL_EXPORTER_OTLP_ENDPOINT` and
 * `OTEL_TRACES_SAMPLER_ARG`. ErrorList are left with the environment.
 *
 * @param local of `MetricsAccess`.
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
