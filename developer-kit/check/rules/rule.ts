import type { Finding } from '../finding';
import type { Reading } from '../reading';

/** One thing that the check looks after. It is handed all that it may know, reports, and fetches nothing. */
export type Rule = (reading: Reading) => readonly Finding[];
