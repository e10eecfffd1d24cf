/**
 * `@apollo/gateway` exports metrics hourly to its vendor and probes cloud metadata unless this is set before its
 * constructor runs. Whatever the environment says, nothing is reported to third parties.
 */
export function silenceVendorTelemetry(environment: NodeJS.ProcessEnv = process.env): void {
  environment.APOLLO_TELEMETRY_DISABLED = 'true';
  // These variables would turn on reporting of operations and schemas.
  for (const name of ['APOLLO_KEY', 'APOLLO_GRAPH_REF', 'APOLLO_GRAPH_ID', 'APOLLO_GRAPH_VARIANT'])
    delete environment[name];
  // Switches that turn the planner's own protections off.
  for (const name of Object.keys(environment))
    if (name.startsWith('APOLLO_DISABLE_SECURITY_')) delete environment[name];
}
