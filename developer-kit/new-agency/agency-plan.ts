import { GRADES } from '../../shared/access/rule-vocabulary';
import { ErrorList } from '../../shared/cli/error-list';
import { agencyFile } from '../compose/agency-file';
import { isAgencyName, NAME_RULE } from '../compose/agency-folders';
import { AUDIENCES, type Audience } from './audiences';
import {
  faultsOfBasis,
  faultsOfField,
  faultsOfSlug,
  faultsOfText,
  NOT_PLAIN,
  PLAIN_TEXT,
  type Taken,
} from './text-faults';

/** The description of a new agency, from options or the dialogue. */
export interface RawPlan {
  readonly agency: string | undefined;
  readonly name: string | undefined;
  readonly english: string | undefined;
  readonly short: string | undefined;
  /** `legal-aid:法律援助:sensitive:denied:法律援助法 第二十五条:assessment,case-handling` */
  readonly classes: readonly string[];
  /** `community-correction:社区矫正:社区矫正法 第五十四条` */
  readonly sealed: readonly string[];
}

/** A data class, which becomes a list field of `Child`; each element has a kind and a day. */
export interface PlannedClass {
  /** `legal-aid` */
  readonly slug: string;
  /** 法律援助 */
  readonly chinese: string;
  readonly grade: (typeof GRADES)[number];
  readonly refusal: 'denied' | 'absent';
  readonly basis: string;
  /** Callers who may read it, besides the agency's own officers. */
  readonly audiences: readonly Audience[];
}

/** Data in a base table that no view shows. */
export interface PlannedSealed {
  readonly slug: string;
  readonly chinese: string;
  readonly basis: string;
}

export interface AgencyPlan {
  readonly agency: string;
  readonly name: string;
  readonly english: string;
  readonly short: string;
  readonly order: number;
  readonly classes: readonly PlannedClass[];
  readonly sealed: readonly PlannedSealed[];
}

export const CLASS_FORM = '<name>:<中文名>:<grade>:<denied|absent>:<legal basis>[:<audience>,...]';
export const SEALED_FORM = '<name>:<中文名>:<legal basis>';

/** All faults of a plan, one per line. */
export class PlanFaults extends ErrorList {}

/** @throws PlanFaults */
export function planOf(raw: RawPlan, taken: Taken): AgencyPlan {
  const faults = [
    ...faultsOfName(raw.agency, taken),
    ...faultsOfProfile('name', raw.name, taken.names),
    ...faultsOfProfile('english', raw.english, []),
    ...faultsOfProfile('short', raw.short, taken.shorts),
  ];
  const attempt = <Planned>(flag: string, texts: readonly string[], read: (text: string) => Planned | string[]) =>
    texts.flatMap((text) => {
      const planned = read(text);
      if (!Array.isArray(planned)) return [planned];
      faults.push(...planned.map((fault) => `--${flag} "${text}": ${fault}`));
      return [];
    });
  const classes = attempt('class', raw.classes, (text) => classOf(text, taken));
  const sealed = attempt('sealed', raw.sealed, sealedOf);
  if (raw.classes.length === 0) faults.push(`--class is missing: at least one, as ${CLASS_FORM}`);
  const slugs = [...classes, ...sealed].map(({ slug }) => slug);
  for (const slug of new Set(slugs.filter((one, index) => slugs.indexOf(one) !== index))) {
    faults.push(`--class or --sealed names "${slug}" more than once`);
  }
  if (faults.length > 0) throw new PlanFaults(faults);
  const { agency = '', name = '', english = '', short = '' } = raw;
  return { agency, name, english, short, order: taken.lastOrder + 1, classes, sealed };
}

export function faultsOfName(agency: string | undefined, { agencies }: Taken): string[] {
  if (agency === undefined) return ['the name of the agency is missing: npm run agency:new -- <name>'];
  if (!isAgencyName(agency)) return [`"${agency}" ${NAME_RULE}`];
  return agencies.includes(agency) ? [`subgraphs/${agency} already exists`] : [];
}

/** @param flag one of the texts of `agency.yaml`. */
export function faultsOfProfile(
  flag: 'name' | 'english' | 'short',
  text: string | undefined,
  taken: readonly string[],
): string[] {
  if (text === undefined) return [`--${flag} is missing`];
  const parsed = agencyFile.shape[flag].safeParse(text);
  if (!parsed.success) return parsed.error.issues.map(({ message }) => `--${flag} "${text}": ${message}`);
  if (flag !== 'english' && !PLAIN_TEXT.test(text)) return [`--${flag} "${text}": ${NOT_PLAIN}`];
  return taken.includes(text) ? [`--${flag} "${text}" is another agency's`] : [];
}

/** @returns the plan, or its faults. */
export function classOf(text: string, taken: Taken): PlannedClass | string[] {
  const [slug = '', chinese = '', grade = '', refusal = '', basis = '', audiences = '', ...more] = text.split(':');
  const among = audiences === '' ? [] : audiences.split(',');
  const faults = [
    ...(more.length > 0 ? [`must be ${CLASS_FORM}`] : []),
    ...faultsOfSlug(slug),
    ...faultsOfField(slug, taken),
    ...faultsOfText('the Chinese name', chinese),
    ...oneOf('grade', grade, GRADES),
    ...oneOf('refusal', refusal, ['denied', 'absent']),
    ...faultsOfBasis('the legal basis', basis),
    ...among.flatMap((audience) => oneOf('audience', audience, AUDIENCES)),
  ];
  if (faults.length > 0) return faults;
  return {
    slug,
    chinese,
    grade: grade as PlannedClass['grade'],
    refusal: refusal as PlannedClass['refusal'],
    basis,
    audiences: AUDIENCES.filter((audience) => among.includes(audience)),
  };
}

/** @returns the plan, or its faults. */
export function sealedOf(text: string): PlannedSealed | string[] {
  const [slug = '', chinese = '', basis = '', ...more] = text.split(':');
  const faults = [
    ...(more.length > 0 ? [`must be ${SEALED_FORM}`] : []),
    ...faultsOfSlug(slug),
    ...faultsOfText('the Chinese name', chinese),
    ...faultsOfBasis('the legal basis', basis),
  ];
  return faults.length > 0 ? faults : { slug, chinese, basis };
}

// Private:

function oneOf(what: string, value: string, allowed: readonly string[]): string[] {
  return allowed.includes(value) ? [] : [`the ${what} "${value}" must be one of ${allowed.join(', ')}`];
}
