/**
 * Waits for SIGINT or SIGTERM, closes, and ends the process with 0. A second signal ends it at once with 1; what was
 * committed to a database is safe then, too.
 */
export async function untilStopped(close: () => Promise<void>, say: (text: string) => void): Promise<void> {
  await new Promise<void>((resolve) => {
    for (const signal of ['SIGINT', 'SIGTERM'] as const) {
      process.once(signal, () => {
        process.on(signal, () => process.exit(1));
        resolve();
      });
    }
  });
  say('stopping: requests under way are answered first');
  await close();
  say('stopped');
  process.exit(0);
}
