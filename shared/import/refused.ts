/** An import that cannot be done, in one sentence for the officer who began it. It never holds a value of a record. */
export class ImportRefused extends Error {
  override readonly name = 'ImportRefused';
}
