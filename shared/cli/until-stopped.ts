/** SIGHUP comes when the terminal is closed, and to services where they are to look at their configuration again. */
const SIGNALS: readonly NodeJS.Signals[] = ['SIGINT', 'SIGTERM', 'SIGHUP'];

/**
 * One Ctrl-C can reach this process twice: from the terminal, and from npm, which passes on what it gets itself.
 * What comes this soon after the first signal is its echo; milliseconds.
 */
const ECHO = 1_000;

/**
 * Aborts at the first of the signals. A later one ends the process at once with 1; what was committed to a
 * database is safe then, too.
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

/** Waits for the signal to stop, closes, and ends the process with 0. */
export async function untilStopped(
  close: () => Promise<void>,
  say: (text: string) => void,
  stopping: AbortSignal,
): Promise<void> {
  await new Promise<void>((resolve) => {
    if (stopping.aborted) resolve();
    else stopping.addEventListener('abort', () => resolve(), { once: true });
  });
  say('stopping: requests under way are answered first');
  await close();
  say('stopped');
  process.exit(0);
}

/** Work that a stop makes unwanted: it is not waited for, and fails by itself when its database goes. */
export function unlessAborted<Result>(work: Promise<Result>, signal: AbortSignal): Promise<Result> {
  const aborted = new Promise<never>((_resolve, reject) => {
    if (signal.aborted) reject(signal.reason);
    signal.addEventListener('abort', () => reject(signal.reason), { once: true });
  });
  return Promise.race([work, aborted]);
}
