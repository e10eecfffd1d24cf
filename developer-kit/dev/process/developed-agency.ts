import type { AgencyLimits } from '../../../gateway/agencies/agency-limits';
import { httpTransport } from '../../../gateway/agencies/http-transport';
import type { Transport } from '../../../gateway/agencies/transport';
import type { AgencyElsewhere, AgencyNeeds } from '../../../gateway/embedded/agency-elsewhere';
import { AgencyFault } from '../../../gateway/request/agency-fault';
import { freePort } from '../../../shared/cli/free-port';
import type { Agency } from '../../../shared/domain/agencies';
import { type AgencyProcess, startAgencyProcess } from './agency-process';

/** Whether the agency answers; if not, the output of its failed start. */
export type AgencyState =
  | { readonly state: 'READY' }
  | { readonly state: 'STARTING' }
  | { readonly state: 'DOWN'; readonly words: string };

export interface DevelopedAgencyOptions {
  readonly agency: Agency;
  /** Environment of its process; called for each new process. */
  readonly environment: (port: number, needs: AgencyNeeds) => NodeJS.ProcessEnv;
  readonly limits: AgencyLimits;
  readonly say: (text: string) => void;
  /** Receives the process's output unchanged. */
  readonly write: (text: string) => void;
}

/** An agency that runs from source in a process of its own, and can be restarted. */
export class DevelopedAgency implements AgencyElsewhere {
  readonly agency: Agency;
  readonly transport: Transport;
  private readonly options: DevelopedAgencyOptions;
  private needs: AgencyNeeds | undefined;
  private process: AgencyProcess | undefined;
  /** Transport to the current process, with its own connections; undefined while none answers. */
  private open: Transport | undefined;
  private current: AgencyState = { state: 'STARTING' };
  private turn: Promise<void> = Promise.resolve();
  private next: Promise<void> | undefined;
  private closed = false;

  constructor(options: DevelopedAgencyOptions) {
    this.options = options;
    this.agency = options.agency;
    // A known outage must not open the circuit breaker, which would delay the recovery.
    const nobody = () => Promise.reject(new AgencyFault('UNREACHABLE', 'NOT_STARTED', false));
    this.transport = {
      send: (request, terms) => this.open?.send(request, terms) ?? nobody(),
      close: async () => undefined,
    };
  }

  get status(): AgencyState {
    return this.current;
  }

  start(needs: AgencyNeeds): Promise<void> {
    this.needs = needs;
    return this.restart();
  }

  /** Restarts it from its current files; resolves when it answers or has failed to start. */
  restart(): Promise<void> {
    if (this.needs === undefined || this.closed) return this.turn;
    // A request during a restart causes another restart: the current one may have read the files before they changed.
    void this.halt();
    this.next ??= this.turn = this.turn.then(() => this.once());
    return this.next;
  }

  async close(): Promise<void> {
    this.closed = true;
    await this.halt();
    await this.turn;
  }

  private async halt(): Promise<void> {
    const { open, process } = this;
    this.open = undefined;
    this.current = { state: 'STARTING' };
    await process?.stop();
    await open?.close();
  }

  private async once(): Promise<void> {
    this.next = undefined;
    await this.halt();
    if (this.closed || this.needs === undefined) return;
    const { agency, environment, limits, say, write } = this.options;
    const port = await freePort();
    const process = startAgencyProcess(agency, environment(port, this.needs), write);
    this.process = process;
    const start = await process.started;
    if (start.outcome === 'READY') {
      this.open = httpTransport(`http://127.0.0.1:${port}/graphql`, limits);
      this.current = { state: 'READY' };
      say(`${agency}: ready after ${(start.milliseconds / 1_000).toFixed(1)} s, process ${process.pid}`);
      void process.ended.then(({ unasked }) => this.lost(process, unasked));
    } else if (start.outcome === 'FAILED') {
      const words = start.words.trim();
      this.current = { state: 'DOWN', words };
      say(`${agency}: does not start; the next change tries again.\n${words.replace(/^/gm, '  ')}`);
    }
  }

  /** The process ended after it was ready, and was not stopped. */
  private lost(process: AgencyProcess, unasked: boolean): void {
    if (!unasked || process !== this.process) return;
    void this.open?.close();
    this.open = undefined;
    this.current = { state: 'DOWN', words: 'Its process ended unexpectedly; the terminal shows its output.' };
    this.options.say(`${this.agency}: its process ended unexpectedly; the next change starts it again.`);
  }
}
