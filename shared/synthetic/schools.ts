import type { Schooling } from './child';
import { COUNTY, NEIGHBOUR_COUNTY, regionName, townsOf } from './geography';

export type Stage = Schooling['stage'];

export interface School {
  readonly name: string;
  readonly stage: Stage;
  /** 幼儿园, 小学, 初级中学, 高级中学, 中等职业学校 */
  readonly schoolType: string;
  /** The 9 digits of the town whose children go there; the 6 of the county for senior schools. */
  readonly catchment: string;
}

const KINDERGARTENS = ['中心幼儿园', '春芽幼儿园', '小橡果幼儿园', '彩虹桥幼儿园', '向阳幼儿园', '星星草幼儿园'];
const PRIMARY_SCHOOLS = ['中心小学', '第二小学'];
const JUNIOR_SCHOOLS = ['初级中学'];

/** The seat of the county is its first town, with more schools than others. */
const SEAT = '001';
const PRIMARY_SCHOOLS_OF_SEAT = [...PRIMARY_SCHOOLS, '第三小学', '实验小学'];
const JUNIOR_SCHOOLS_OF_SEAT = [...JUNIOR_SCHOOLS, '第二初级中学'];

const SENIOR_SCHOOLS = ['第一高级中学', '第二高级中学', '第三高级中学', '实验高级中学'];
const VOCATIONAL_SCHOOLS = ['职业技术学校', '农林职业学校'];

/** All schools and kindergartens of both counties; every name is unique. */
export const SCHOOLS: readonly School[] = Object.freeze([
  ...townsOf(COUNTY).flatMap(schoolsOfTown),
  ...seniorSchools(COUNTY, SENIOR_SCHOOLS, VOCATIONAL_SCHOOLS),
  ...townsOf(NEIGHBOUR_COUNTY).flatMap(schoolsOfTown),
  ...seniorSchools(NEIGHBOUR_COUNTY, SENIOR_SCHOOLS.slice(0, 1), VOCATIONAL_SCHOOLS.slice(0, 1)),
]);

const BY_CATCHMENT: ReadonlyMap<string, readonly School[]> = groupedByCatchment();

/** The schools of a type that a child of `village` (12 digits) may go to: never empty. */
export function schoolsNear(village: string, schoolType: string): readonly School[] {
  const ofTown = BY_CATCHMENT.get(key(village.slice(0, 9), schoolType));
  return ofTown ?? BY_CATCHMENT.get(key(village.slice(0, 6), schoolType)) ?? [];
}

// Private:

function key(catchment: string, schoolType: string): string {
  return `${catchment} ${schoolType}`;
}

function groupedByCatchment(): Map<string, School[]> {
  const groups = new Map<string, School[]>();
  for (const school of SCHOOLS) {
    const group = key(school.catchment, school.schoolType);
    groups.set(group, [...(groups.get(group) ?? []), school]);
  }
  return groups;
}

function schoolsOfTown(town: string): School[] {
  const seat = town.endsWith(SEAT);
  return [
    ...named(town, 'KINDERGARTEN', '幼儿园', KINDERGARTENS),
    ...named(town, 'PRIMARY', '小学', seat ? PRIMARY_SCHOOLS_OF_SEAT : PRIMARY_SCHOOLS),
    ...named(town, 'JUNIOR', '初级中学', seat ? JUNIOR_SCHOOLS_OF_SEAT : JUNIOR_SCHOOLS),
  ];
}

function seniorSchools(county: string, academic: readonly string[], vocational: readonly string[]): School[] {
  return [...named(county, 'SENIOR', '高级中学', academic), ...named(county, 'SENIOR', '中等职业学校', vocational)];
}

function named(catchment: string, stage: Stage, schoolType: string, names: readonly string[]): School[] {
  return names.map((name) => Object.freeze({ name: regionName(catchment) + name, stage, schoolType, catchment }));
}
