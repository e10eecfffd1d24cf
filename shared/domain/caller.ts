import { z } from 'zod';
import { AGENCIES } from './agencies';
import { REGION_CODE } from './regions';
import { ROLES } from './roles';

export { ROLES, type Role } from './roles';

/**
 * The claims that describe an officer, in a client's token and in the signed context. An unknown role or agency invalidates
 * the whole token, so that a misspelling cannot become another caller.
 */
export const callerClaims = z.object({
  sub: z.string().min(1).max(200),
  name: z.string().min(1).max(200),
  agency: z.enum(AGENCIES),
  roles: z.array(z.enum(ROLES)).min(1).readonly(),
  region: z.string().regex(REGION_CODE),
});

/** The officer behind a request: built once from a verified token, then frozen. */
export type Caller = Readonly<z.infer<typeof callerClaims>>;
