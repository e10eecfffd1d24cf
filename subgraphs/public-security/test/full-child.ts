import { ageOn, at } from '../../../shared/domain/dates';
import type { DescribeFullChild } from '../../../shared/synthetic/full-child';
import { ageBand } from '../age-band';

const REGISTERED_PLACE = '990103001003';
const RESIDENCE_REGION = '990101001005';

const fullChild: DescribeFullChild = ({ id: child_id, idNumber, birthDate, region, today }) => {
  const shown = {
    identity: {
      fullName: '欧阳全例',
      idNumber,
      birthDate,
      age: ageOn(today, birthDate),
      ageBand: ageBand(ageOn(today, birthDate)),
      sex: 'FEMALE',
      ethnicity: '06',
    },
    household: {
      address: '青禾县柳溪镇全例路一号',
      registeredRegion: '990103',
      registeredPlace: REGISTERED_PLACE,
      residenceRegion: RESIDENCE_REGION,
      members: { name: '欧阳祖辈', kinship: '祖母（全例）' },
    },
    policeIncidents: { receiptNumber: 'J-全-0001' },
    domesticViolenceWarnings: { number: '告诫〔全〕1号' },
    absenceAlerts: { kind: '夜不归宿（全例）' },
    // Ended, so that the child is found in the village.
    locationProtections: { until: '2025-08-03' },
  };
  const rows = {
    person: [
      {
        child_id,
        id_number: idNumber,
        full_name: shown.identity.fullName,
        birth_date: birthDate,
        sex: 2,
        ethnicity: shown.identity.ethnicity,
        region,
        as_of: at('2026-01-01', '00:00'),
      },
    ],
    household: [
      {
        child_id,
        address: shown.household.address,
        registered_region: REGISTERED_PLACE,
        residence_region: RESIDENCE_REGION,
      },
    ],
    household_member: [{ child_id, position: 1, ...shown.household.members, lives_together: true }],
    incident: [
      {
        child_id,
        part: 'VICTIM',
        receipt_number: shown.policeIncidents.receiptNumber,
        type: '侵害未成年人',
        occurred_at: at('2026-01-04', '19:20'),
        handling: null,
      },
    ],
    location_protection: [
      {
        child_id,
        ground: 'SHELTER',
        set_by: '全例决定人',
        set_at: at('2025-02-03', '10:30'),
        until: shown.locationProtections.until,
        ended_at: at('2025-03-04', '10:30'),
      },
    ],
    domestic_violence_warning: [
      {
        child_id,
        number: shown.domesticViolenceWarnings.number,
        issued_at: at('2026-01-04', '20:00'),
        follow_up_due: null,
        notified_village_at: at('2026-01-05', '09:00'),
      },
    ],
    absence_alert: [
      { child_id, kind: shown.absenceAlerts.kind, raised_at: at('2026-01-03', '23:10'), resolved_at: null },
    ],
  };
  return { shown, rows, records: { 'public-security.family-violence': { followUp: true } } };
};

export default fullChild;
