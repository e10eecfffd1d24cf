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

/** The rules of all agencies as texts, as `npm run compose` gathers them next to the supergraph. */
export interface RuleBundle {
  /** SHA-256 of the supergraph's file in hexadecimal digits: of two files, a pair can be told from a mixture. */
  readonly supergraph: string;
  readonly agencies: Readonly<Record<string, RuleTexts & { readonly masked: Readonly<Record<Coordinate, MaskForm>> }>>;
}

/** What the gateway knows of the agencies' rules: enough to leave out early what no agency would answer. */
export interface GatewayRules {
  /** Of the bundle, the first half of its SHA-256 in hexadecimal digits: by which rules something was answered. */
  readonly version: string;
  readonly agencies: readonly AgencyRules[];
  readonly rules: AccessRules;
  /** Fields that can be answered masked, each with its mask. */
  readonly masked: ReadonlyMap<Coordinate, MaskForm>;
}

/** Rules that say which supergraph they belong to. */
export interface BundledRules extends GatewayRules, Pick<RuleBundle, 'supergraph'> {}

/** The first half of a bundle's SHA-256. */
export const versionOfRules = (json: string): string => createHash('sha256').update(json).digest('hex').slice(0, 32);

/**
 * Reads a rule bundle, validated anew: a file that was changed by hand must not say anything that compose would refuse.
 *
 * @throws with every fault.
 */
export function readRuleBundle(json: string): BundledRules {
  const parsed = bundle.safeParse(jsonOf(json));
  // Nothing of it is quoted: it may be any file.
  if (!parsed.success) throw new Error('The rule bundle is not one that compose has made.');
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
