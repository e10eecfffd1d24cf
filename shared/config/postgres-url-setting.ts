import type { Environment } from './environment';

/** A database's URL, or the file that holds it. @returns undefined where there is none, or a faulty one. */
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
