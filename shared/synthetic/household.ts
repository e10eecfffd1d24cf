import type { Circumstances, Household, HouseholdMember } from './child';
import { bothParentsAway, livingParents } from './circumstances';
import { addressIn, VILLAGES } from './geography';
import { adultGivenName, childGivenName } from './names';
import { parentalSurnames } from './person';
import type { Subject } from './subject';

const REGISTERED_ELSEWHERE = 0.04;
const ONE_PARENT_AWAY = 0.15;
const WITH_GRANDPARENTS = 0.3;

export function householdOf(subject: Subject, circumstances: Circumstances): Household {
  const { draws, region } = subject;
  return {
    address: addressIn(region, draws.integer('address.group', 1, 9), draws.integer('address.house', 1, 120)),
    registeredRegion: draws.chance('registered-elsewhere', REGISTERED_ELSEWHERE)
      ? draws.pick('registered-region', VILLAGES)
      : region,
    residenceRegion: region,
    members: [...parentsOf(subject, circumstances), ...grandparentsOf(subject, circumstances), ...siblingsOf(subject)],
  };
}

// Private:

/** Absent parents of a left-behind or unsupported child are named, but do not live with the child. */
function parentsOf(subject: Subject, circumstances: Circumstances): HouseholdMember[] {
  const { draws } = subject;
  const family = parentalSurnames(draws);
  const parents = livingParents(subject, circumstances);
  const away = parentsElsewhere(subject, circumstances, parents);
  return parents.map((kinship) => ({
    name:
      kinship === '父亲'
        ? family.father + adultGivenName(draws, 'father.given-name', 1)
        : family.mother + adultGivenName(draws, 'mother.given-name', 2),
    kinship,
    livesTogether: !away.includes(kinship),
  }));
}

function parentsElsewhere(
  subject: Subject,
  { leftBehind, unsupported }: Circumstances,
  parents: readonly string[],
): readonly string[] {
  const { draws } = subject;
  if (leftBehind || unsupported) return parents;
  if (parents.length < 2) return [];
  // At 16 and 17 both parents may still be away; the child only no longer counts as left behind.
  if (bothParentsAway(subject)) return parents;
  if (!draws.chance('parent.away', ONE_PARENT_AWAY)) return [];
  return [draws.chance('parent.away.father', 0.8) ? '父亲' : '母亲'];
}

/** Grandparents live with every child who has no parent at home, and with some others. */
function grandparentsOf(subject: Subject, circumstances: Circumstances): HouseholdMember[] {
  const { draws } = subject;
  const { leftBehind, orphan, unsupported } = circumstances;
  const needed = leftBehind || orphan || unsupported !== null || bothParentsAway(subject);
  if (!needed && !draws.chance('grandparents', WITH_GRANDPARENTS)) return [];
  const family = parentalSurnames(draws);
  const paternal = draws.chance('grandparents.paternal', 0.75);
  const both = draws.chance('grandparents.both', 0.7);
  const grandfather: HouseholdMember = {
    name: (paternal ? family.father : family.mother) + adultGivenName(draws, 'grandfather.given-name', 1),
    kinship: paternal ? '祖父' : '外祖父',
    livesTogether: true,
  };
  const grandmother: HouseholdMember = {
    name: draws.pick('grandmother.surname', GRANDMOTHER_SURNAMES) + adultGivenName(draws, 'grandmother.given-name', 2),
    kinship: paternal ? '祖母' : '外祖母',
    livesTogether: true,
  };
  return both ? [grandfather, grandmother] : [grandmother];
}

const GRANDMOTHER_SURNAMES = [...'王李张刘陈杨黄赵吴周徐孙马朱胡'];

function siblingsOf({ draws, age }: Subject): HouseholdMember[] {
  const { child } = parentalSurnames(draws);
  const many = draws.unit('siblings');
  const count = many < 0.5 ? 0 : many < 0.92 ? 1 : 2;
  return Array.from({ length: count }, (_, number) => {
    const topic = `sibling.${number}`;
    const sex = draws.chance(`${topic}.sex`, 0.5) ? 1 : 2;
    const older = age < 2 || draws.chance(`${topic}.older`, 0.5);
    const [brother, sister] = older ? ['兄', '姐'] : ['弟', '妹'];
    return {
      name: child + childGivenName(draws, `${topic}.given-name`, sex),
      kinship: sex === 1 ? brother : sister,
      livesTogether: true,
    } as HouseholdMember;
  });
}
