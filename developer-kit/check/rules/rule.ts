import type { Finding } from '../finding';
import type { Reading } from '../reading';

/** One rule of the check: a pure function from a parsed proposal to findings. */
export type Rule = (reading: Reading) => readonly Finding[];
