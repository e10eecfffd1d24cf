import { DEMO_CALLERS } from '../../gateway/embedded/demo-callers';
import type { Graph } from '../../gateway/graph/graph-files';
import { AccessRules } from '../../shared/access/decide';
import { PURPOSES, referenceKindsOf } from '../../shared/domain/purpose';
import { contextsOf, type Profile, profileOf } from './profile';
import type { UsedOperation } from './recorded-operations';

/**
 * Every document, sent by every demo caller for each purpose, and with each kind of reference, that opens any data class
 * to them under either set of rules.
 */
export function demoUse(hashes: readonly string[], graphs: readonly Graph[]): readonly UsedOperation[] {
  const rules = graphs.map(({ rules: { agencies } }) => ({ agencies, decisions: new AccessRules(agencies) }));
  const opens = (profile: Profile) =>
    contextsOf(profile).some((context) =>
      rules.some(({ agencies, decisions }) =>
        agencies.some(({ catalogue }) =>
          [...catalogue.classes.keys()].some((name) => decisions.decisionsFor(context).possible([[[name]]], true)),
        ),
      ),
    );
  const profiles = DEMO_CALLERS.flatMap((caller) =>
    PURPOSES.flatMap((purpose) =>
      referenceKindsOf(purpose).map((kind) => profileOf(caller, caller.region, purpose, kind && `${kind}/`)),
    ),
  );
  const distinct = [...new Map(profiles.map((profile) => [JSON.stringify(profile), profile])).values()];
  return distinct.filter(opens).flatMap((profile) => hashes.map((hash) => ({ hash, profile, times: 0 })));
}
