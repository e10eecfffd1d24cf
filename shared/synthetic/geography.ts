import { type RegionLevel, regionLevel } from '../domain/regions';

export interface SyntheticRegion {
  /** 2, 4, 6, 9 or 12 digits; the parent's code is a prefix. */
  readonly code: string;
  readonly name: string;
  readonly level: RegionLevel;
}

/** GB/T 2260 assigns no province 99, so no real place can be meant. */
export const PROVINCE = '99';
export const CITY = '9901';
export const COUNTY = '990101';
export const NEIGHBOUR_COUNTY = '990102';

/** The 18 towns of the county with their number of villages, 222 in all. */
const TOWNS: readonly (readonly [name: string, villages: number])[] = [
  ['柳溪镇', 18],
  ['石桥坪镇', 14],
  ['云岭口镇', 13],
  ['白鹭洲镇', 12],
  ['枫林渡镇', 12],
  ['双河湾镇', 11],
  ['望月岗镇', 13],
  ['青石板镇', 12],
  ['竹影乡', 10],
  ['杏花塬镇', 14],
  ['长滩埠镇', 12],
  ['龙潭坳镇', 11],
  ['松涛镇', 13],
  ['麦香镇', 12],
  ['雁回乡', 10],
  ['荷风镇', 11],
  ['茶垄镇', 12],
  ['晚霞岭乡', 12],
];

const NEIGHBOUR_TOWNS: readonly (readonly [name: string, villages: number])[] = [
  ['桑树湾镇', 3],
  ['银杏坡镇', 3],
  ['芦花荡乡', 3],
];

// 15 and 16 are coprime, so the first 240 villages all differ.
const VILLAGE_BEGINNINGS = [...'青柳松杏桑荷菱梨桃竹枫槐榆梅兰'];
const VILLAGE_ENDINGS = [...'塘禾湾坡岭坪冲桥畈洲口岗泉垄渡屯'];

/** Province, city, both counties, their towns and villages; each container precedes its contents. */
export const REGIONS: readonly SyntheticRegion[] = Object.freeze([
  region(PROVINCE, '岚禾省'),
  region(CITY, '清禾市'),
  region(COUNTY, '青禾县'),
  ...townsAndVillages(COUNTY, TOWNS, 0),
  region(NEIGHBOUR_COUNTY, '桑原县'),
  ...townsAndVillages(NEIGHBOUR_COUNTY, NEIGHBOUR_TOWNS, 222),
]);

const NAMES: ReadonlyMap<string, string> = new Map(REGIONS.map(({ code, name }) => [code, name]));

/** All villages of the county or of the neighbouring county, by code. */
export const VILLAGES: readonly string[] = Object.freeze(codesOf('VILLAGE', COUNTY));
export const NEIGHBOUR_VILLAGES: readonly string[] = Object.freeze(codesOf('VILLAGE', NEIGHBOUR_COUNTY));

/** @throws RangeError for a code outside this geography. */
export function regionName(code: string): string {
  const name = NAMES.get(code);
  if (name === undefined) throw new RangeError(`There is no synthetic region ${code}.`);
  return name;
}

/** The names from county downwards, as in addresses: `青禾县柳溪镇青塘村`. */
export function placeName(code: string): string {
  const county = regionName(code.slice(0, 6));
  if (code.length === 6) return county;
  const town = county + regionName(code.slice(0, 9));
  return code.length === 9 ? town : town + regionName(code);
}

/** A postal address within a village: `青禾县柳溪镇青塘村3组12号`. */
export function addressIn(village: string, group: number, house: number): string {
  return `${placeName(village)}${group}组${house}号`;
}

/** The codes of the towns in a county (6 digits). */
export function townsOf(county: string): readonly string[] {
  return codesOf('TOWN', county);
}

// Private:

function region(code: string, name: string): SyntheticRegion {
  return Object.freeze({ code, name, level: regionLevel(code) as RegionLevel });
}

function codesOf(level: RegionLevel, container: string): string[] {
  return REGIONS.filter((each) => each.level === level && each.code.startsWith(container)).map(({ code }) => code);
}

/** @param firstVillage number of village names that earlier counties have used. */
function townsAndVillages(county: string, towns: typeof TOWNS, firstVillage: number): SyntheticRegion[] {
  let used = firstVillage;
  return towns.flatMap(([name, villages], town) => {
    const townCode = `${county}${String(town + 1).padStart(3, '0')}`;
    const numbers = Array.from({ length: villages }, (_, village) => village);
    const offset = used;
    used += villages;
    return [
      region(townCode, name),
      ...numbers.map((n) => region(`${townCode}${String(n + 1).padStart(3, '0')}`, villageName(offset + n))),
    ];
  });
}

function villageName(position: number): string {
  const beginning = VILLAGE_BEGINNINGS[position % VILLAGE_BEGINNINGS.length];
  const ending = VILLAGE_ENDINGS[position % VILLAGE_ENDINGS.length];
  return `${beginning}${ending}村`;
}
