import { listed } from '../access/describe';
import type { View } from './view';

/** How a view differs from its former definition. */
export interface ViewDifference {
  /** Whether it can show more than before. */
  readonly opens: boolean;
  /** `new column reason; condition “NOT (sealed)” dropped` */
  readonly words: string;
}

/** Compares two definitions of a view. @returns undefined if they are the same. */
export function viewDifference(before: View, after: View): ViewDifference | undefined {
  const gained = [...after.columns.keys()].filter((column) => !before.columns.has(column));
  const lost = [...before.columns.keys()].filter((column) => !after.columns.has(column));
  const others = [...after.columns].filter(([column, sql]) => (before.columns.get(column) ?? sql) !== sql);
  const [were, are] = [before, after].map(({ conditions }) => conditions.map(({ sql }) => sql)) as [string[], string[]];
  const dropped = without(were, are);
  const added = without(are, were);
  const sources = without([...after.sources], [...before.sources]);
  const unset = without(before.options, after.options);
  const set = without(after.options, before.options);
  const words = [
    ...(gained.length === 0 ? [] : [`new ${columns(gained)}`]),
    ...others.map(([column, sql]) => `column ${column} is now ${quoted(sql)}`),
    ...(lost.length === 0 ? [] : [`${columns(lost)} dropped`]),
    ...dropped.map((condition) => `condition ${quoted(condition)} dropped`),
    ...added.map((condition) => `new condition ${quoted(condition)}`),
    ...(sources.length === 0 ? [] : [`now reads ${listed(sources)}`]),
    ...unset.map((option) => `option ${option} dropped`),
    ...set.map((option) => `new option ${option}`),
  ];
  const isSame = before.definition === after.definition && words.length === 0;
  if (isSame) return undefined;
  const narrows =
    before.frame !== undefined &&
    before.frame === after.frame &&
    gained.length + others.length + dropped.length + unset.length === 0 &&
    set.every((option) => option === 'security_barrier');
  return { opens: !narrows, words: words.length === 0 ? 'another definition' : words.join('; ') };
}

/** `columns a and b of base.x and base.y, where “NOT (sealed)”` */
export function viewInWords({ columns: own, sources, conditions }: View): string {
  const where = conditions.length === 0 ? '' : `, where ${listed(conditions.map(({ sql }) => quoted(sql)))}`;
  return `${columns([...own.keys()])} of ${listed([...sources])}${where}`;
}

// Private:

/** Longer expressions are cut. */
const LONGEST_EXPRESSION = 160;

const quoted = (sql: string): string =>
  `“${sql.length > LONGEST_EXPRESSION ? `${sql.slice(0, LONGEST_EXPRESSION)}…` : sql}”`;

const columns = (names: readonly string[]): string => `column${names.length === 1 ? '' : 's'} ${listed(names)}`;

/** Members of a list that another lacks, each as often as it is missing. */
function without(some: readonly string[], others: readonly string[]): readonly string[] {
  const rest = [...others];
  return some.filter((one) => {
    const index = rest.indexOf(one);
    if (index >= 0) rest.splice(index, 1);
    return index < 0;
  });
}
