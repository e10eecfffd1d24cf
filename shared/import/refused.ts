/**
 * Thrown for an import that cannot be done. The message is one sentence for the officer who began it, and never
 * contains a value of a record.
 */
export class ImportRefused extends Error {
  override readonly name = 'ImportRefused';
}
