import { z } from 'zod';
import { readYaml } from '../../shared/cli/read-yaml';
import type { AgencyProfile } from '../../shared/domain/agencies';
import { REGION_CODE } from '../../shared/domain/regions';
import { ROLES } from '../../shared/domain/roles';

/** The county of the synthetic district, in which an agency's officers work unless its file says otherwise. */
const COUNTY = '990101';

const text = z.string().trim().min(1).max(60);

const officer = z.strictObject({
  sub: z.string().regex(/^[a-z][a-z0-9]*(-[a-z0-9]+)*$/, 'must be in kebab-case, like education-officer'),
  name: text,
  role: z.enum(ROLES),
  region: z.string('must be a region code in quotes').regex(REGION_CODE, 'must be a region code in quotes'),
});

export const agencyFile = z.strictObject({
  name: text.regex(/\p{Script=Han}/u, 'must be the Chinese name'),
  english: text.regex(/^[a-z][a-z' -]*$/, 'must be the English name as written within a sentence'),
  short: z.string().regex(/^\p{Script=Han}$/u, 'must be one Chinese character'),
  /** Position in lists: agencies in the order in which they joined. */
  order: z.int().min(1).max(999),
  /** Its officers in the synthetic district; by default an officer, a member of meetings and a responsible person. */
  officers: z.array(officer).min(1).optional(),
});

export interface AgencyFolder extends AgencyProfile {
  /** The name of the folder. */
  readonly agency: string;
  readonly order: number;
}

/** @throws FileFaults for a faulty `agency.yaml`. */
export function readAgencyFile(agency: string, yaml: string, fileName: string): AgencyFolder {
  const { officers, ...profile } = readYaml(yaml, fileName, agencyFile);
  return { agency, ...profile, officers: officers ?? officersByConvention(agency, profile.name) };
}

function officersByConvention(agency: string, name: string): AgencyProfile['officers'] {
  return [
    { sub: `${agency}-member`, name: `${name}联席会议成员`, role: 'meeting-member', region: COUNTY },
    { sub: `${agency}-officer`, name: `${name}经办人`, role: 'agency-officer', region: COUNTY },
    { sub: `${agency}-head`, name: `${name}负责人`, role: 'responsible-person', region: COUNTY },
  ];
}
