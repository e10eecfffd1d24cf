const FIRST_MILLISECONDS = 1_000;
const LONGEST_MILLISECONDS = 60 * 60 * 1_000;

/**
 * The delay after a failed attempt: a second, doubled with each attempt up to an hour, times a random factor from 0.5
 * to 1, which spreads retries of simultaneous failures.
 *
 * @param attempts made so far, at least 1.
 * @param random from 0 up to 1.
 * @returns milliseconds.
 */
export function backOff(attempts: number, random = Math.random()): number {
  return Math.min(FIRST_MILLISECONDS * 2 ** (attempts - 1), LONGEST_MILLISECONDS) * (0.5 + random / 2);
}
