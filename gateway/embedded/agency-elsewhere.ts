import type { AgencyDatabase } from '../../shared/db/agency-database';
import type { Agency } from '../../shared/domain/agencies';
import type { District } from '../../shared/synthetic/district';
import type { Transport } from '../agencies/transport';

/** The configuration of an agency's own process, as in the distributed form. */
export interface AgencyNeeds {
  readonly database: AgencyDatabase;
  /** URL of the ledger's reader role, for an agency that shows the ledger. */
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
  /** Resolves when the agency answers or is known not to start; the others answer in either case. */
  start(needs: AgencyNeeds): Promise<void>;
  /** Ends its process, even during its start. */
  close(): Promise<void>;
}
