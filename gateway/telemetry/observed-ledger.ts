import type { AccessLedger } from '../ledger/access-ledger';
import type { GatewayTelemetry } from './telemetry';

/** Measures and traces recording, and counts the recorded answers by data class. */
export function observedLedger(ledger: AccessLedger, { metrics, tracing }: GatewayTelemetry): AccessLedger {
  if (metrics === undefined && tracing === undefined) return ledger;
  metrics?.watchLedger(() => ledger.figures());
  return {
    async record(entry, coming) {
      const span = tracing?.begin({ name: 'record', kind: 'client' });
      const since = performance.now();
      let outcome: 'ok' | 'failed' = 'failed';
      try {
        await ledger.record(entry, coming);
        outcome = 'ok';
        if (entry.stage === 'ended') metrics?.onAccesses(entry.looks);
      } finally {
        metrics?.onRecorded(outcome, (performance.now() - since) / 1_000);
        span?.end({ failed: outcome === 'failed' });
      }
    },
    ready: () => ledger.ready(),
    figures: () => ledger.figures(),
    close: () => ledger.close(),
  };
}
