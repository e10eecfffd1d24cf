import type { AlterTableStmt, CreateFunctionStmt, DropStmt, Node, RangeVar, RenameStmt } from 'libpg-query';
import type { Database } from './database';
import { type Statement, sqlOf } from './statements';
import { relationName } from './view';

/**
 * Tells how a statement may show more than the views of its migrations say. Only statements that are known not to, and views,
 * which are compared by themselves, have no such effect.
 *
 * @returns `inserts into base.incident`, without any value; undefined for no effect.
 */
export function doubtfulEffect({ kind, node }: Statement, before: Database, after: Database): string | undefined {
  if (HARMLESS.has(kind)) return undefined;
  if ('CreateStmt' in node) return tableEffect(node.CreateStmt.relation);
  if ('AlterTableStmt' in node) return alterEffect(node.AlterTableStmt, node, [before, after]);
  if ('DropStmt' in node) return dropEffect(node.DropStmt, node);
  if ('RenameStmt' in node) return renameEffect(node.RenameStmt, node);
  if ('CreateFunctionStmt' in node) return functionEffect(node.CreateFunctionStmt, before);
  if ('InsertStmt' in node) return dataEffect('inserts into', node.InsertStmt.relation);
  if ('UpdateStmt' in node) return dataEffect('updates', node.UpdateStmt.relation);
  if ('DeleteStmt' in node) return dataEffect('deletes from', node.DeleteStmt.relation);
  if ('MergeStmt' in node) return dataEffect('merges into', node.MergeStmt.relation);
  if ('SelectStmt' in node) return 'runs a query, whose functions may change data';
  if ('DoStmt' in node) return 'runs a block of code, which this check does not read';
  return `runs ${quoted(node)}`;
}

// Private:

const HARMLESS: ReadonlySet<string> = new Set([
  'AlterEnumStmt',
  'CommentStmt',
  'CreateEnumStmt',
  'CreateSchemaStmt',
  'CreateSeqStmt',
  'CreateTrigStmt',
  'IndexStmt',
  'ViewStmt',
]);

/** Longer statements are cut. */
const LONGEST_QUOTE = 120;

function quoted(node: Node): string {
  const sql = sqlOf(node);
  return `“${sql.length > LONGEST_QUOTE ? `${sql.slice(0, LONGEST_QUOTE)}…` : sql}”`;
}

const isBase = ({ schemaname }: RangeVar): boolean => schemaname === 'base';

function tableEffect(table: RangeVar | undefined): string | undefined {
  if (table === undefined || isBase(table)) return undefined;
  return `creates the table ${relationName(table)} outside of base, where roles may read it as a whole`;
}

const dataEffect = (does: string, table: RangeVar | undefined): string =>
  `${does} ${table === undefined ? 'a table' : relationName(table)}, which may change what views show`;

const HARMLESS_ALTERATIONS: ReadonlySet<string | undefined> = new Set([
  'AT_AddColumn',
  'AT_AddConstraint',
  'AT_AddIdentity',
  'AT_DropConstraint',
  'AT_DropNotNull',
  'AT_SetNotNull',
  'AT_SetStatistics',
  'AT_ValidateConstraint',
]);

/** Alterations that matter only of a column by which a view hides rows. */
const ALTERATIONS_OF_VALUES: ReadonlySet<string | undefined> = new Set([
  'AT_AlterColumnType',
  'AT_ColumnDefault',
  'AT_DropColumn',
]);

function alterEffect({ relation, cmds = [] }: AlterTableStmt, node: Node, databases: readonly Database[]) {
  if (relation === undefined || !isBase(relation)) return `runs ${quoted(node)}`;
  const table = relationName(relation);
  const hiding = new Set(
    databases
      .flatMap(({ views }) => [...views.values()])
      .filter(({ sources }) => sources.has(table))
      .flatMap(({ conditions }) => conditions.flatMap(({ columns }) => [...columns])),
  );
  const isHarmless = cmds.every((one) => {
    const { subtype, name, behavior } = 'AlterTableCmd' in one ? one.AlterTableCmd : {};
    if (behavior === 'DROP_CASCADE') return false;
    if (ALTERATIONS_OF_VALUES.has(subtype)) return name !== undefined && !hiding.has(name);
    return HARMLESS_ALTERATIONS.has(subtype);
  });
  return isHarmless ? undefined : `runs ${quoted(node)}`;
}

const HARMLESS_DROPS: ReadonlySet<string | undefined> = new Set([
  'OBJECT_FUNCTION',
  'OBJECT_INDEX',
  'OBJECT_SEQUENCE',
  'OBJECT_TABLE',
  'OBJECT_TYPE',
  'OBJECT_VIEW',
]);

/** A dropped view is compared by itself, unless it takes others with it. */
function dropEffect({ removeType, behavior }: DropStmt, node: Node): string | undefined {
  const isHarmless = HARMLESS_DROPS.has(removeType) && behavior !== 'DROP_CASCADE';
  return isHarmless ? undefined : `runs ${quoted(node)}`;
}

const renameEffect = ({ renameType }: RenameStmt, node: Node): string | undefined =>
  renameType === 'OBJECT_INDEX' || renameType === 'OBJECT_TABCONSTRAINT' ? undefined : `runs ${quoted(node)}`;

function functionEffect(created: CreateFunctionStmt, before: Database): string {
  const name = functionName(created);
  const isKnown = before.statements.some(
    ({ node }) => 'CreateFunctionStmt' in node && functionName(node.CreateFunctionStmt) === name,
  );
  return `${isKnown ? 'changes' : 'creates'} the function ${name}, whose code this check does not read`;
}

const functionName = ({ funcname = [] }: CreateFunctionStmt): string =>
  funcname.map((part) => ('String' in part ? part.String.sval : '')).join('.');
