import type { ResourceAttributes } from '../../../shared/access/compile';
import { agencyNamed } from '../../../shared/domain/agencies';
import type { Context } from '../context';
import type { OwnPartRow, ParticipationRequestRow, WaitingConfirmationRow } from './data';

/** Attributes of what somebody may open, for the rules: it is their own or not, and lies where they work. */
export const resourceOfOwnPart = (row: OwnPartRow, { access }: Context): ResourceAttributes => ({
  region: access.caller.region,
  holder: row.officer === access.caller.sub && row.party === access.caller.agency,
});

export const resourceOfWaiting = ({ region, agencies }: WaitingConfirmationRow): ResourceAttributes => ({
  region,
  agencies,
});

/** A request lies where its officer works. */
export const resourceOfRequest = (
  { officer, agency }: ParticipationRequestRow,
  { access: { caller } }: Context,
): ResourceAttributes => ({
  region: caller.region,
  holder: officer === caller.sub && agencyNamed(agency) === caller.agency,
});
