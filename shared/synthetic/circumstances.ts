import type { Circumstances, TemporaryGuardianship } from './child';
import { regionName } from './geography';
import { pastDate, type Subject } from './subject';

/** Left-behind children are under 16 (国发〔2016〕13号). */
const LEFT_BEHIND_BELOW_AGE = 16;
const BOTH_PARENTS_AWAY = 0.0357;
const SINGLE_PARENT = 0.06;
const ADOPTED = 0.001;
/** Of those without guardians: few enough that being without does not tell of a placement. */
const TEMPORARY_GUARDIANSHIP = 0.1;

/** 困境儿童 by their main ground, as upper bounds of one draw; 0.6 % in total. */
const HARDSHIP = { orphan: 0.0005, unsupported: 0.001, disabled: 0.0023, seriouslyIll: 0.003, poverty: 0.006 } as const;

/** Two of the grounds of 未成年人保护法 art. 92. */
const GUARDIANS_MISSING = '监护人下落不明且无其他人可以担任监护人';
const GUARDIANS_UNABLE = '监护人因自身客观原因不能履行监护职责，导致监护缺失';

/** Reasons of 事实无人抚养 with the parents still living and the ground that temporary guardianship would have. */
const UNSUPPORTED_REASONS = [
  { reason: '父亲服刑，母亲失联六个月以上', parents: ['父亲', '母亲'], ground: GUARDIANS_UNABLE },
  { reason: '父母双方重度残疾', parents: ['父亲', '母亲'], ground: GUARDIANS_UNABLE },
  { reason: '父母双方失联六个月以上', parents: ['父亲', '母亲'], ground: GUARDIANS_MISSING },
  { reason: '父亲强制隔离戒毒，母亲重病', parents: ['父亲', '母亲'], ground: GUARDIANS_UNABLE },
  { reason: '父亲死亡，母亲失联六个月以上', parents: ['母亲'], ground: GUARDIANS_MISSING },
  { reason: '母亲死亡，父亲服刑', parents: ['父亲'], ground: GUARDIANS_UNABLE },
  { reason: '母亲死亡，父亲重度残疾', parents: ['父亲'], ground: GUARDIANS_UNABLE },
] as const;

const PLACEMENTS = ['未成年人救助保护中心', '儿童福利院', '家庭寄养点'] as const;

export function circumstancesOf(subject: Subject): Circumstances {
  const { draws, age } = subject;
  const ground = draws.unit('hardship');
  const orphan = ground < HARDSHIP.orphan;
  const isUnsupported = !orphan && ground < HARDSHIP.unsupported;
  const reason = isUnsupported ? draws.pick('unsupported.reason', UNSUPPORTED_REASONS) : null;
  const disabled = ground >= HARDSHIP.unsupported && ground < HARDSHIP.disabled;
  const seriouslyIll = ground >= HARDSHIP.disabled && ground < HARDSHIP.seriouslyIll;
  const poor = ground >= HARDSHIP.seriouslyIll && ground < HARDSHIP.poverty;
  const withoutGuardians = orphan || isUnsupported;
  const singleParent = withoutGuardians ? reason?.parents.length === 1 : draws.chance('single-parent', SINGLE_PARENT);

  return {
    leftBehind: age < LEFT_BEHIND_BELOW_AGE && !withoutGuardians && !singleParent && bothParentsAway(subject),
    orphan,
    singleParent,
    hardship: poor || ((disabled || seriouslyIll) && draws.chance('hardship.of-ill', 0.25)),
    disabled,
    seriouslyIll,
    unsupported: reason && { since: pastDate(subject, 'unsupported.since', 360, 1200), reason: reason.reason },
    temporaryGuardianship:
      withoutGuardians && draws.chance('temporary-guardianship', TEMPORARY_GUARDIANSHIP)
        ? temporaryGuardianshipOf(subject, reason?.ground ?? GUARDIANS_MISSING)
        : null,
    adopted: !withoutGuardians && draws.chance('adopted', ADOPTED),
  };
}

/** 困境儿童 of any kind: poverty, own disability or illness, missing or unable guardians. */
export function isInHardship(circumstances: Circumstances): boolean {
  const { hardship, disabled, seriouslyIll, orphan, unsupported } = circumstances;
  return hardship || disabled || seriouslyIll || orphan || unsupported !== null;
}

/** Whether two living parents both work elsewhere; to be called only for children who have both. */
export function bothParentsAway({ draws }: Subject): boolean {
  return draws.chance('parents.away', BOTH_PARENTS_AWAY);
}

/** The parents of the child who are alive and part of the family. */
export function livingParents(
  { draws }: Subject,
  { orphan, unsupported, singleParent }: Circumstances,
): readonly string[] {
  if (orphan) return [];
  if (unsupported) return UNSUPPORTED_REASONS.find(({ reason }) => reason === unsupported.reason)?.parents ?? [];
  if (singleParent) return [draws.chance('single-parent.mother', 0.6) ? '母亲' : '父亲'];
  return ['父亲', '母亲'];
}

// Private:

function temporaryGuardianshipOf(subject: Subject, ground: string): TemporaryGuardianship {
  const { draws, region } = subject;
  return {
    ground,
    since: pastDate(subject, 'temporary-guardianship.since', 10, 350),
    placement: regionName(region.slice(0, 6)) + draws.pick('temporary-guardianship.placement', PLACEMENTS),
  };
}
