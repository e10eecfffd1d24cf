import { addDays } from '../../shared/domain/dates';
import type { AgencySeed } from '../../shared/synthetic/agency-seed';
import { rosterRow } from '../../shared/synthetic/places';
import { drawsFor } from '../../shared/synthetic/random';

/** The synthetic data of the sample bureau. */
export const seed: AgencySeed = {
  tables: [
    'child',
    // each class
    'sample_class',
    // end
    // each sealed
    'sample_sealed',
    // end
  ],
  ofChild(child, id, district) {
    const { index, events } = child;
    const draws = drawsFor(district.seed, index);
    return {
      child: [rosterRow(child, id)],
      // each class
      sample_class: draws.chance('sample-class', 0.02)
        ? [
            {
              child_id: id,
              kind: '示例类',
              since: addDays(district.today, -draws.integer('sample-class.since', 10, 300)),
            },
          ]
        : [],
      // end
      // each sealed
      // Sealed: in the base table only.
      sample_sealed: events.juvenileRecordAt ? [{ child_id: id, kind: '示例密', since: events.juvenileRecordAt }] : [],
      // end
    };
  },
};
