import { createHash } from 'node:crypto';
import { z } from 'zod';
import { type AgencyRules, type RuleTexts, readAgencyRules } from '../../shared/access/agency-rules';
import { AccessRules } from '../../shared/access/decide';
import type { Coordinate } from '../../shared/access/labels';
import { MASK_FORMS, type MaskForm } from '../../shared/access/mask';
import { AGENCIES } from '../../shared/domain/agencies';

const bundle = z.strictObject({
  supergraph: z.string().regex(/^[0-9a-f]{64}$/),
  agencies: z.record(
    z.enum(AGENCIES),
    z.strictObject({
      catalogue: z.string(),
      policies: z.union([z.string(), z.record(z.string(), z.string())]),
      masked: z.record(z.string(), z.enum(MASK_FORMS)),
    }),
  ),
});

/** The sources of the rules of all agencies, as `npm run compose` writes them next to the supergraph. */
export interface RuleBundle {
  /** SHA-256 of the supergraph's file in hexadecimal: proves that the two files belong together. */
  readonly supergraph: string;
  readonly agencies: Readonly<Record<string, RuleTexts & { readonly masked: Readonly<Record<Coordinate, MaskForm>> }>>;
}

/** The agencies' rules as the gateway uses them, to leave out early what no agency would answer. */
export interface GatewayRules {
  /** First half of the bundle's SHA-256 in hexadecimal; the ledger records it as the version of the rules. */
  readonly version: string;
  readonly agencies: readonly AgencyRules[];
  readonly rules: AccessRules;
  /** Fields that can be masked, with their masks. */
  readonly masked: ReadonlyMap<Coordinate, MaskForm>;
}

/** Rules with the hash of their supergraph. */
export interface BundledRules extends GatewayRules, Pick<RuleBundle, 'supergraph'> {}

/** The first half of a bundle's SHA-256. */
export const versionOfRules = (json: string): string => createHash('sha256').update(json).digest('hex').slice(0, 32);

/**
 * Reads a rule bundle and validates it again: an edited file must not contain anything that compose would refuse.
 *
 * @throws an error that lists every fault.
 */
export function readRuleBundle(json: string): BundledRules {
  const parsed = bundle.safeParse(jsonOf(json));
  // Quotes nothing of the text, which may be that of any file.
  if (!parsed.success) throw new Error('The rule bundle does not have the form that compose writes.');
  const { supergraph, agencies: texts } = parsed.data;
  const agencies = AGENCIES.map((agency) => readAgencyRules(agency, texts[agency]));
  return {
    supergraph,
    version: versionOfRules(json),
    agencies,
    rules: new AccessRules(agencies),
    masked: new Map(AGENCIES.flatMap((agency) => Object.entries(texts[agency].masked))),
  };
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
