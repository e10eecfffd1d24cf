/** What a constraint of the database promises to be there. @throws where it is not. */
export function present<Value>(value: Value | null): Value {
  if (value === null) throw new Error('Something that a constraint of the database promises is not there.');
  return value;
}
