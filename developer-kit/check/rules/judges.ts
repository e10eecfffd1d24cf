import type { ChangedFile } from '../changed-files';
import { digestOf } from '../digest';
import { isSameCode } from '../same-code';
import type { Rule } from './rule';

/**
 * Reports changes of what decides whether a change passes: continuous integration, settings of linter, compiler and tests,
 * this check, and the tests that hold rules and views to cases and facts. One line per file, unless only comments changed.
 */
export const judges: Rule = ({ changed }) =>
  changed.flatMap((file) => {
    const judge = JUDGES.find(({ files }) => files.test(file.path));
    const done = judge === undefined ? undefined : whatHappened(file, judge.isSetting === true);
    if (judge === undefined || done === undefined) return [];
    const message = `${file.path}, which ${judge.role}, ${done}`;
    const digest = digestOf(file.after ?? '');
    return [{ what: 'judge', severity: 'opening', agencies: [], message, places: [], digest } as const];
  });

// Private:

interface Judge {
  readonly files: RegExp;
  readonly role: string;
  /** Whether a new file takes effect by itself. */
  readonly isSetting?: true;
}

const JUDGES: readonly Judge[] = [
  { files: /^\.ci\//, role: 'decides what must hold before a change lands' },
  { files: /^jest\.config\.\w+$/, role: 'decides which tests run', isSetting: true },
  { files: /(?:^|\/)\.?biome\.jsonc?$/, role: 'decides what the linter refuses', isSetting: true },
  { files: /^tsconfig[^/]*\.json$/, role: 'decides what the compiler refuses' },
  { files: /^\.npmrc$/, role: 'decides what npm installs and runs', isSetting: true },
  { files: /^developer-kit\/(?:check|cases|legal-basis)\//, role: 'is part of this check' },
  { files: /^test\/unit\/developer-kit\/(?:check|cases|legal-basis)\//, role: 'tests this check' },
  { files: /^test\/access\//, role: 'tests rules, views and facts' },
  {
    files: /^test\/support\/(?:answers|canaries|cases|mutations|worlds|writes)\//,
    role: 'tests rules, views and facts',
  },
  {
    files: /^test\/support\/[\w-]+\.js$|^test\/support\/(?:global-\w+|cheap-errors|proposals)\.ts$/,
    role: 'runs tests',
  },
  { files: /^subgraphs\/.*\.writes\.yaml$/, role: 'says who may do what' },
  { files: /^subgraphs\/[\w-]+\/test\/columns\.yaml$/, role: 'says which fields show which columns' },
  { files: /^subgraphs\/[\w-]+\/test\/.*\.ts$/, role: 'is the child of whom tests expect every value' },
];

/** Undefined if it changes no verdict. */
function whatHappened({ path, before, after }: ChangedFile, isSetting: boolean): string | undefined {
  if (before === undefined) return isSetting ? 'is new' : undefined;
  if (after === undefined) return 'was deleted';
  return isSameCode(path, before, after) ? undefined : 'was changed';
}
