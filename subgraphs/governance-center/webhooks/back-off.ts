const FIRST_MILLISECONDS = 1_000;
const LONGEST_MILLISECONDS = 60 * 60 * 1_000;

/**
 * How long to wait after a failed attempt: a second, doubled with each, up to an hour; then between half and all of it,
 * lest what failed together comes again together.
 *
 * @param attempts made so far, at least 1.
 * @param random from 0 up to 1.
 * @returns milliseconds.
 */
export function backOff(attempts: number, random = Math.random()): number {
  return Math.min(FIRST_MILLISECONDS * 2 ** (attempts - 1), LONGEST_MILLISECONDS) * (0.5 + random / 2);
}
