/** What has to be there, as a foreign key or the form of an entry promises. @throws where it is not. */
export function present<Value>(value: Value | null): Value {
  if (value === null) throw new Error('Something that has to be there is not.');
  return value;
}
