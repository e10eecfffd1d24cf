import { ConfigurationError, type Environment } from '../../shared/config/environment';
import { type Practices, readPractices } from './procedures/practices';
import { type Endpoint, webhookEndpoints } from './webhooks/endpoints';

/** The governance centre's own settings. */
export interface Settings {
  readonly practices: Practices;
  /** Receivers of notices. */
  readonly endpoints: readonly Endpoint[];
}

/** Reads `PRACTICES_FILE`, `CALENDAR_FILE` and `WEBHOOKS_FILE`, and reports every fault to the environment. */
export function readSettings(environment: Environment): Settings {
  return { practices: readPractices(environment), endpoints: readEndpoints(environment) };
}

function readEndpoints(environment: Environment): readonly Endpoint[] {
  try {
    return webhookEndpoints(environment.optional('WEBHOOKS_FILE'));
  } catch (error) {
    if (!(error instanceof ConfigurationError)) throw error;
    for (const fault of error.faults) environment.fault(fault);
    return [];
  }
}
