import type { Coordinate } from '../../../shared/access/labels';
import type { Agency } from '../../../shared/domain/agencies';
import { operationUses } from '../operation-uses';
import type { Reading } from '../reading';
import { listed } from './describe';

/**
 * Says why a closed answer breaks a promise: a registered operation loses a field that it selects, or another agency than the
 * field's owner closes it. Undefined for a closing that only its owner has to know.
 *
 * @param closing agencies whose folders contain the cause.
 */
export type LossOf = (field: Coordinate, closing: readonly Agency[]) => string | undefined;

export function lossesIn({ before, operations }: Reading): LossOf {
  const uses = operations.map((operation) => ({ operation, used: operationUses(operation.text, before.graph.api) }));
  return (field, closing) => {
    const losing = uses.filter(({ used }) => used.has(field)).map(({ operation: { file, name } }) => file ?? name);
    const losers = [...new Set(losing)];
    const owners = [...before.definitions].flatMap(([agency, definitions]) => (definitions.has(field) ? [agency] : []));
    const foreign = closing.filter((agency) => owners.length > 0 && !owners.includes(agency));
    const words = [
      ...(losers.length === 0 ? [] : [`lost by ${listed(losers)}`]),
      ...(foreign.length === 0 ? [] : [`closed by ${listed(foreign)}, and owned by ${listed(owners)}`]),
    ];
    return words.length === 0 ? undefined : words.join('; ');
  };
}
