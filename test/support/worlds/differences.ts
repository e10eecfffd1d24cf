import type { Observation, SubRequest } from './observe';

/** Headers that always differ. */
const OWN_TO_EACH_ANSWER: ReadonlySet<string> = new Set(['date', 'x-request-id']);

/** The differences of two observations, one line each: `<where>: <there> / <here>`. */
export function differences(there: Observation, here: Observation): readonly string[] {
  return [...inReply(there, here), ...inSubRequests(there.subRequests, here.subRequests)];
}

/**
 * The places at which two JSON values differ: leaves, and lists and objects that are missing or have another length.
 */
export function jsonDifferences(there: unknown, here: unknown, path: string): readonly string[] {
  if (isContainer(there) && isContainer(here) && Array.isArray(there) === Array.isArray(here)) {
    const lists = Array.isArray(there) && Array.isArray(here);
    if (lists && there.length !== here.length) return [line(path, there, here)];
    const keys = new Set([...Object.keys(there), ...Object.keys(here)]);
    return [...keys].flatMap((key) =>
      jsonDifferences((there as Json)[key], (here as Json)[key], lists ? `${path}[${key}]` : `${path}.${key}`),
    );
  }
  return there === here ? [] : [line(path, there, here)];
}

// Private:

type Json = Readonly<Record<string, unknown>>;

function inReply({ reply: there }: Observation, { reply: here }: Observation): readonly string[] {
  const sameText = there.text === here.text;
  const found = [
    ...(there.status === here.status ? [] : [line('status', there.status, here.status)]),
    ...(sameText ? [] : jsonDifferences(there.body, here.body, 'body')),
  ];
  // Equal values with different bytes: the order of fields or errors would reveal something, too.
  if (!sameText && found.length === 0) found.push(line('text', there.text, here.text));
  const names = new Set([...there.headers.keys(), ...here.headers.keys()]);
  for (const name of names) {
    if (OWN_TO_EACH_ANSWER.has(name) || (name === 'content-length' && !sameText)) continue;
    const [one, other] = [there.headers.get(name), here.headers.get(name)];
    if (one !== other) found.push(line(`header ${name}`, one, other));
  }
  return found;
}

function inSubRequests(there: readonly SubRequest[], here: readonly SubRequest[]): readonly string[] {
  const agencies = new Set([...there, ...here].map(({ agency }) => agency));
  return [...agencies].sort().flatMap((agency) => {
    const [one, other] = [there, here].map((all) => ordered(all.filter((request) => request.agency === agency)));
    if (one === undefined || other === undefined) return [];
    if (one.length !== other.length) return [line(`sub-requests to ${agency}`, one.length, other.length)];
    return one.flatMap((request, index) => betweenSubRequests(request, other[index] as SubRequest));
  });
}

function ordered(requests: readonly SubRequest[]): readonly SubRequest[] {
  const key = ({ operation, bytes, answer, statements }: SubRequest) =>
    [operation, bytes, answer, ...statements].join('\n');
  return requests.toSorted((a, b) => (key(a) < key(b) ? -1 : 1));
}

function betweenSubRequests(there: SubRequest, here: SubRequest): readonly string[] {
  const { agency } = there;
  if (there.operation !== here.operation) return [line(`operation to ${agency}`, there.operation, here.operation)];
  return [
    ...(there.bytes === here.bytes ? [] : [line(`bytes to ${agency}`, there.bytes, here.bytes)]),
    ...jsonDifferences(there.context, here.context, `context to ${agency}`),
    ...inAnswers(agency, there.answer, here.answer),
    ...inStatements(agency, there.statements, here.statements),
  ];
}

function inAnswers(agency: string, there: string, here: string): readonly string[] {
  if (there === here) return [];
  const found = jsonDifferences(JSON.parse(there), JSON.parse(here), `answer of ${agency}`);
  return found.length > 0 ? found : [line(`answer of ${agency}`, there, here)];
}

function inStatements(agency: string, there: readonly string[], here: readonly string[]): readonly string[] {
  const lost = there.filter((statement) => !here.includes(statement));
  const added = here.filter((statement) => !there.includes(statement));
  return lost.length + added.length === 0 ? [] : [line(`statements of ${agency}`, lost, added)];
}

function isContainer(value: unknown): value is object {
  return typeof value === 'object' && value !== null;
}

function line(where: string, there: unknown, here: unknown): string {
  return `${where}: ${shown(there)} / ${shown(here)}`;
}

const LONGEST_SHOWN = 200;

function shown(value: unknown): string {
  return value === undefined ? 'nothing' : JSON.stringify(value).slice(0, LONGEST_SHOWN);
}
