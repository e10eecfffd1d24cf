/** A value that a foreign key or the form of a ledger entry guarantees. @throws if it is missing. */
export function present<Value>(value: Value | null): Value {
  if (value === null) throw new Error('Expected a value that the database guarantees.');
  return value;
}
