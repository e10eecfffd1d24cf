import type { Environment } from './environment';

/** Reads a database URL from a variable or its `_FILE`. @returns undefined if it is missing or faulty. */
export function postgresUrl(environment: Environment, name: string): string | undefined {
  const text = environment.secret(name);
  if (text === undefined) return undefined;
  const url = URL.parse(text);
  if (url === null || !/^postgres(?:ql)?:$/.test(url.protocol) || url.username === '' || url.pathname.length < 2) {
    environment.fault(`${name} must be a URL like postgres://user:password@host:5432/database.`);
    return undefined;
  }
  return text;
}
