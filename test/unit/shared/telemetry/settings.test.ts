import { Environment } from '../../../../shared/config/environment';
import { telemetrySettings } from '../../../../shared/telemetry/settings';

const TOKEN = 'a-token-for-metrics-of-32-characters-and-more';

function read(variables: NodeJS.ProcessEnv, local?: boolean) {
  const environment = new Environment(variables);
  const settings = telemetrySettings(environment, local);
  environment.finish();
  return settings;
}

test('metrics and traces are off by default', () => {
  expect(read({ OTEL_TRACES_SAMPLER_ARG: '0.5' })).toEqual({ traces: undefined, metrics: undefined });
});

test('metrics need a token, or a program on this machine if allowed', () => {
  expect(read({ METRICS_TOKEN: TOKEN }).metrics).toEqual({ token: TOKEN, local: false });
  expect(read({}, true).metrics).toEqual({ token: undefined, local: true });
});

test.each([
  [{}, 1],
  [{ OTEL_TRACES_SAMPLER_ARG: '0' }, 0],
  [{ OTEL_TRACES_SAMPLER_ARG: '0.05' }, 0.05],
  [{ OTEL_TRACES_SAMPLER_ARG: '1.0' }, 1],
])('of all requests, with %j the share %d is traced', (variables, ratio) => {
  for (const endpoint of ['http://collector:4318', 'http://collector:4318/']) {
    expect(read({ OTEL_EXPORTER_OTLP_ENDPOINT: endpoint, ...variables }).traces).toEqual({
      url: 'http://collector:4318/v1/traces',
      ratio,
    });
  }
});

test.each([
  [{ METRICS_TOKEN: 'short' }, 'METRICS_TOKEN must have at least 32 characters.'],
  [{ OTEL_EXPORTER_OTLP_ENDPOINT: 'collector:4318' }, 'OTEL_EXPORTER_OTLP_ENDPOINT must be a URL'],
  [{ OTEL_EXPORTER_OTLP_ENDPOINT: 'http://' }, 'OTEL_EXPORTER_OTLP_ENDPOINT must be a URL'],
  [{ OTEL_TRACES_SAMPLER_ARG: '1.5' }, 'OTEL_TRACES_SAMPLER_ARG must be a number from 0 to 1.'],
  [{ OTEL_TRACES_SAMPLER_ARG: 'half' }, 'OTEL_TRACES_SAMPLER_ARG must be a number from 0 to 1.'],
])('%j is refused', (variables, fault) => {
  expect(() => read(variables)).toThrow(fault);
});
