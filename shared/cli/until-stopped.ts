/** Sent when the terminal closes; services that reload their configuration on SIGHUP leave it out. */
const SIGNALS: readonly NodeJS.Signals[] = ['SIGINT', 'SIGTERM', 'SIGHUP'];

/**
 * One Ctrl-C can arrive twice: from the terminal, and from npm, which forwards its own. A second signal within this time is
 * an echo; milliseconds.
 */
const ECHO = 1_000;

/**
 * Returns a signal that aborts at the first of these process signals. A later one ends the process at once with 1,
 * which is safe for committed data.
 */
export function stopSignal(signals = SIGNALS): AbortSignal {
  const controller = new AbortController();
  let firstAt: number | undefined;
  for (const name of signals) {
    process.on(name, () => {
      firstAt ??= performance.now();
      if (performance.now() - firstAt > ECHO) process.exit(1);
      controller.abort(new Error(`stopped by ${name}.`));
    });
  }
  return controller.signal;
}

/** Waits for the stop signal, closes, and ends the process with 0. */
export async function untilStopped(
  close: () => Promise<void>,
  say: (text: string) => void,
  stopping: AbortSignal,
): Promise<void> {
  await new Promise<void>((resolve) => {
    if (stopping.aborted) resolve();
    else stopping.addEventListener('abort', () => resolve(), { once: true });
  });
  say('stopping: requests in progress are answered first');
  await close();
  say('stopped');
  process.exit(0);
}

/** Rejects as soon as the signal aborts. The work itself is not awaited; it fails when its database closes. */
export function unlessAborted<Result>(work: Promise<Result>, signal: AbortSignal): Promise<Result> {
  const aborted = new Promise<never>((_resolve, reject) => {
    if (signal.aborted) reject(signal.reason);
    signal.addEventListener('abort', () => reject(signal.reason), { once: true });
  });
  return Promise.race([work, aborted]);
}
