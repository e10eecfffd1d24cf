import type { AgencyDatabase } from '../../shared/db/agency-database';
import type { Agency } from '../../shared/domain/agencies';
import type { District } from '../../shared/synthetic/district';
import type { Transport } from '../agencies/transport';

/** What an agency's own process has to be given, as in the distributed form. */
export interface AgencyNeeds {
  readonly database: AgencyDatabase;
  /** The access ledger on its reader role, where the agency shows it. */
  readonly ledgerUrl: string | undefined;
  /** Fills an empty database; undefined where real data is kept. */
  readonly district: District | undefined;
  /** P-256, PEM: what the signed contexts are verified with. */
  readonly contextPublicKey: string;
}

/** An agency of the embedded system that runs in a process of its own. */
export interface AgencyElsewhere {
  readonly agency: Agency;
  readonly transport: Transport;
  /** Done once it answers, or is known not to for now: the others answer all the same. */
  start(needs: AgencyNeeds): Promise<void>;
  /** Ends its process, also while it starts. */
  close(): Promise<void>;
}
