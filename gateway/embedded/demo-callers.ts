import type { Caller } from '../../shared/domain/caller';
import { OFFICERS } from '../../shared/synthetic/officers';

/** Officers of the synthetic district, for documents and tests. They exist in embedded mode only. */
export const DEMO_CALLERS: readonly Caller[] = OFFICERS;
