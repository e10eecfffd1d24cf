import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Kind, parse } from 'graphql';
import { DEMO_CALLERS } from '../../../gateway/embedded/demo-callers';
import { PROJECT } from '../../../shared/config/project-root';
import { PURPOSES, REFERENCE_KIND } from '../../../shared/domain/purpose';

const OPERATIONS = join(PROJECT, 'examples');

/**
 * References that open the left-behind child of the stories: the assessment of `town-case-worker`, the case, a regular meeting
 * whose docket contains it, and the visit list of `child-director`.
 */
export const STORY_ASSESSMENT = 'assessment/a55e5500-0000-8000-8000-000000000001';
export const STORY_CASE = 'case/4984292b-5e62-8e79-a47a-aa24f1b616d4';
export const STORY_MEETING = 'meeting/b33fd53d-a889-83d4-b4b9-5a4661b9dea6';
export const STORY_VISITS = 'visits/c4937958-fc0f-8596-944d-401b01f8ec33';

export interface Example {
  readonly name: string;
  readonly query: string;
  /** JSON. */
  readonly variables: string;
}

/** The choices that the page offers. */
export interface Choices {
  readonly callers: readonly { readonly sub: string; readonly label: string; readonly details: string }[];
  readonly purposes: readonly {
    readonly name: string;
    readonly label: string;
    /** Kinds of reference that it can have. */
    readonly kinds: readonly string[];
    readonly required: boolean;
  }[];
  readonly references: readonly string[];
  readonly examples: readonly Example[];
}

/** @param supergraphSdl for the Chinese terms of purposes. */
export function choices(supergraphSdl: string): Choices {
  const terms = termsOf(supergraphSdl, 'AccessPurpose');
  return {
    callers: DEMO_CALLERS.map(({ sub, name, roles, region }) => ({
      sub,
      label: `${name} ${sub}`,
      details: `${roles.join()}, ${region}`,
    })),
    purposes: PURPOSES.map((name) => ({
      name,
      label: `${terms.get(name) ?? ''} ${name}`.trim(),
      ...(REFERENCE_KIND[name] ?? { kinds: [], required: false }),
    })),
    references: [STORY_ASSESSMENT, STORY_CASE, STORY_MEETING, STORY_VISITS],
    examples: examples(),
  };
}

/** The operations in examples/, with the variables of the `.json` file beside each, or the story child's. */
function examples(): readonly Example[] {
  return readdirSync(OPERATIONS)
    .filter((file) => file.endsWith('.graphql'))
    .sort((one, other) => rank(one) - rank(other) || one.localeCompare(other))
    .map((file) => {
      const name = file.replace(/\.graphql$/, '');
      return { name, query: readFileSync(join(OPERATIONS, file), 'utf8'), variables: variablesOf(name) };
    });
}

/** The README's operations come first. */
const README = ['record.graphql', 'child.graphql'];
const rank = (file: string) => (README.indexOf(file) + README.length + 1) % (README.length + 1);

function variablesOf(name: string): string {
  const sent = readdirSync(OPERATIONS).includes(`${name}.json`)
    ? JSON.parse(readFileSync(join(OPERATIONS, `${name}.json`), 'utf8')).variables
    : { id: idOf(STORY_CASE), meeting: idOf(STORY_MEETING) };
  return JSON.stringify(sent, null, 2);
}

const idOf = (reference: string) => reference.slice(reference.indexOf('/') + 1);

/** The descriptions of an enum's values, which are Chinese terms. */
function termsOf(sdl: string, name: string): ReadonlyMap<string, string> {
  const values = parse(sdl).definitions.flatMap((type) =>
    type.kind === Kind.ENUM_TYPE_DEFINITION && type.name.value === name ? (type.values ?? []) : [],
  );
  return new Map(values.map((value) => [value.name.value, value.description?.value ?? '']));
}
