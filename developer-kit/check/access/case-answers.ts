import type { DataClassName } from '../../../shared/access/catalogue';
import type { ResourceAttributes } from '../../../shared/access/compile';
import { AGENCIES, type Agency, isAgency } from '../../../shared/domain/agencies';
import { REFERENCE_KIND } from '../../../shared/domain/purpose';
import type { AccessContext } from '../../../shared/protocol/context-token';
import { ordinaryRecord, REGION } from '../../access-matrix/sample-requests';
import { type Entry, GRANT } from '../../cases/cases';
import { type Stated, statedAnswer } from '../../cases/expected-answer';
import { type Situation, takesPart } from '../../cases/situation';
import type { ReadAgency } from '../read-agency';
import { type SampleRequest, STATINGS } from './sample-request';

/** The lead agency in the cases. */
const LEAD_AGENCY: Agency = 'civil-affairs';

/** Makes the record that a class's entry describes, in some region. */
export function resourceOfCase(
  { record }: Pick<Entry, 'record'>,
  { catalogue }: ReadAgency,
  region = REGION,
): ResourceAttributes {
  const { 'mutation?': _, ...attributes } = catalogue?.attributes ?? {};
  return { ...ordinaryRecord(attributes, LEAD_AGENCY, region), ...record };
}

/**
 * Whether the cases cover a request: a case worker belongs to the centre, and a purpose that needs a reference has one.
 */
export function isSpokenOf({ role, agency, stating }: SampleRequest): boolean {
  if (role === 'case-worker' && agency !== 'governance-center') return false;
  return stating.reference !== null || REFERENCE_KIND[stating.purpose]?.required !== true;
}

/** The statements that the cases cover. */
export const SPOKEN_STATINGS = STATINGS.filter(
  ({ purpose, reference }) => reference !== null || REFERENCE_KIND[purpose]?.required !== true,
);

/** Whether a class is asked for in a request: grants are, about the reference, unless the purpose has none. */
export const isAskedFor = (dataClass: DataClassName, { stating }: SampleRequest): boolean =>
  dataClass !== GRANT || stating.reference !== null || REFERENCE_KIND[stating.purpose] === undefined;

/** The cases' answer to a request about a record of a class. */
export function answerOfCase(
  dataClass: DataClassName,
  entry: Entry,
  asking: SampleRequest,
  record: ResourceAttributes,
): Stated {
  const [owner = ''] = dataClass.split('.');
  return statedAnswer(entry, situationOf(asking), {
    owner: isAgency(owner) ? owner : LEAD_AGENCY,
    region: record.region,
    // The class of grants is about the case or meeting itself.
    referenceRegion: dataClass === GRANT ? record.region : REGION,
    leadAgency: LEAD_AGENCY,
    dueKind: typeof record.due === 'string' ? record.due : undefined,
    helpers: AGENCIES.filter((agency) => [record.helpers ?? []].flat().includes(agency)),
    locationProtected: record.locationProtected === true,
  });
}

/**
 * The context that the gateway would sign. Without participation there is no grant, and the class of grants is queried
 * before there is one.
 */
export function contextOfCase(dataClass: DataClassName, asking: SampleRequest): AccessContext {
  const granted = dataClass !== GRANT && takesPart(situationOf(asking), REGION);
  return granted ? asking.context : { ...asking.context, grant: null };
}

// Private:

function situationOf({ context, stating }: SampleRequest): Situation {
  const { name, purpose, reference, reasonGiven } = stating;
  return { name, caller: context.caller, purpose, reference, reasonGiven };
}
