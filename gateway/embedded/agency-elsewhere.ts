import type { AgencyDatabase } from '../../shared/db/agency-database';
import type { Agency } from '../../shared/domain/agencies';
import type { District } from '../../shared/synthetic/district';
import type { Transport } from '../agencies/transport';

/** What an agency needs to run in a process of its own, as in a distributed deployment. */
export interface AgencyNeeds {
  readonly database: AgencyDatabase;
  /** URL of the ledger's reader role, for an agency that shows the ledger; undefined for others. */
  readonly ledgerUrl: string | undefined;
  /** The synthetic district for an empty database; undefined for real data. */
  readonly district: District | undefined;
  /** P-256, PEM: verifies the signed contexts. */
  readonly contextPublicKey: string;
}

/** An agency of the embedded system that runs in a process of its own. */
export interface AgencyElsewhere {
  readonly agency: Agency;
  readonly transport: Transport;
  /** Resolves when the agency answers or has failed to start; the other agencies answer in either case. */
  start(needs: AgencyNeeds): Promise<void>;
  /** Ends its process, even during its start. */
  close(): Promise<void>;
}
