import { createHash } from 'node:crypto';
import { z } from 'zod';
import { type AgencyRules, readAgencyRules } from '../../shared/access/agency-rules';
import { AccessRules } from '../../shared/access/decide';
import type { Coordinate } from '../../shared/access/labels';
import { AGENCIES } from '../../shared/agencies';

const bundle = z.record(
  z.enum(AGENCIES),
  z.strictObject({ catalogue: z.string(), policies: z.string(), masked: z.array(z.string()) }),
);

/** The rules of all agencies as texts, as `npm run compose` gathers them next to the supergraph. */
export type RuleBundle = Readonly<
  Record<string, { readonly catalogue: string; readonly policies: string; readonly masked: readonly Coordinate[] }>
>;

/** What the gateway knows of the agencies' rules: enough to leave out early what no agency would answer. */
export interface GatewayRules {
  /** Of the bundle, the first half of its SHA-256 in hexadecimal digits: by which rules something was answered. */
  readonly version: string;
  readonly agencies: readonly AgencyRules[];
  readonly rules: AccessRules;
  /** Fields that can be answered masked. */
  readonly masked: ReadonlySet<Coordinate>;
}

/**
 * Reads a rule bundle, validated anew: a file that was changed by hand must not say anything that compose would refuse.
 *
 * @throws with every fault.
 */
export function readRuleBundle(json: string): GatewayRules {
  const parsed = bundle.safeParse(JSON.parse(json));
  if (!parsed.success) throw new Error(`The rule bundle is not one that compose has made: ${parsed.error.message}`);
  const agencies = AGENCIES.map((agency) => readAgencyRules(agency, parsed.data[agency]));
  return {
    version: createHash('sha256').update(json).digest('hex').slice(0, 32),
    agencies,
    rules: new AccessRules(agencies),
    masked: new Set(AGENCIES.flatMap((agency) => parsed.data[agency].masked)),
  };
}
