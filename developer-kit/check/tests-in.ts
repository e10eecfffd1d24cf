import { parseSync } from '@swc/core';

/** The tests of one file, by what they claim. */
export interface TestsOfFile {
  /** By title; tests with the same title are summed. */
  readonly tests: ReadonlyMap<string, TestCase>;
  /** How many tests and groups do not run, or keep others from running: `test.skip`, `describe.only`, `test.todo`, `xit`. */
  readonly halted: number;
}

export interface TestCase {
  /** Calls of `expect` in it. */
  readonly expectations: number;
  /** Rows of `test.each`, where the file lists them; otherwise 1. */
  readonly rows: number;
}

/**
 * Finds the tests that a file declares; none if it is not TypeScript.
 *
 * @example testsIn(`test('one', () => expect(1).toBe(1)); test.skip('two', () => {})`)
 * // { tests: 'one' with 1 expectation, 'two' with none; halted: 1 }
 */
export function testsIn(text: string): TestsOfFile {
  const found = { tests: new Map<string, TestCase>(), halted: 0 };
  visit(programOf(text), (node) => {
    if (isHalt(node)) found.halted += 1;
    const test = testOf(node);
    if (test === undefined) return;
    const known = found.tests.get(test.title);
    found.tests.set(test.title, {
      expectations: test.expectations + (known?.expectations ?? 0),
      rows: test.rows + (known?.rows ?? 0),
    });
  });
  return found;
}

// Private:

/** Undefined if it is faulty: then no test in it runs. */
function programOf(text: string): unknown {
  try {
    return parseSync(text, { syntax: 'typescript', target: 'es2022' });
  } catch {
    return undefined;
  }
}

/** A node of the syntax tree; only the members that are asked for here. */
interface Node {
  readonly type: string;
  readonly value?: unknown;
  readonly callee?: Node;
  readonly tag?: Node;
  readonly object?: Node;
  readonly property?: Node;
  readonly arguments?: readonly { readonly expression: Node }[];
  readonly elements?: readonly unknown[];
  readonly quasis?: readonly { readonly raw: string }[];
}

const TESTS: ReadonlySet<unknown> = new Set(['test', 'it', 'xtest', 'xit', 'fit']);
const HALTED: ReadonlySet<unknown> = new Set(['xtest', 'xit', 'fit', 'xdescribe', 'fdescribe']);
const HALTS: ReadonlySet<unknown> = new Set(['skip', 'only', 'todo', 'failing']);

function isHalt({ type, value, object, property }: Node): boolean {
  if (type === 'Identifier') return HALTED.has(value);
  const isRunner = object?.type === 'Identifier' && (TESTS.has(object.value) || object.value === 'describe');
  return type === 'MemberExpression' && isRunner && HALTS.has(property?.value);
}

function testOf(node: Node): (TestCase & { readonly title: string }) | undefined {
  if (node.type !== 'CallExpression' || !TESTS.has(runnerOf(node.callee))) return undefined;
  const [first] = node.arguments ?? [];
  if (first === undefined) return undefined;
  // test.each(rows) makes a test only by the call that follows.
  if (node.callee?.type === 'MemberExpression' && node.callee.property?.value === 'each') return undefined;
  let expectations = 0;
  visit(node.arguments, ({ type, callee }) => {
    if (type === 'CallExpression' && callee?.type === 'Identifier' && callee.value === 'expect') expectations += 1;
  });
  const rows = node.callee?.arguments?.[0]?.expression.elements?.length;
  return { title: titleOf(first.expression), expectations, rows: rows ?? 1 };
}

/** `test` of `test.skip.each(rows)`. */
function runnerOf(callee: Node | undefined): unknown {
  if (callee === undefined) return undefined;
  return callee.type === 'Identifier' ? callee.value : runnerOf(callee.object ?? callee.callee ?? callee.tag);
}

function titleOf({ value, quasis }: Node): string {
  return typeof value === 'string' ? value : (quasis?.map(({ raw }) => raw).join('…') ?? '…');
}

function visit(part: unknown, see: (node: Node) => void): void {
  if (typeof part !== 'object' || part === null) return;
  if ('type' in part && typeof part.type === 'string') see(part as Node);
  for (const child of Object.values(part)) visit(child, see);
}
