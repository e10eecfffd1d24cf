import { readFileSync } from 'node:fs';
import { parse } from 'yaml';

/** The parts of a service that the tests use, in the long forms of this project's file. */
export interface ComposeService {
  readonly image: string;
  readonly command: readonly string[];
  readonly restart: string | undefined;
  readonly environment: Readonly<Record<string, string>>;
  readonly secrets: readonly string[];
  readonly networks: readonly string[];
  readonly ports: readonly string[];
  readonly volumes: readonly string[];
  /** The condition for starting after each other service, by its name. */
  readonly dependsOn: Readonly<Record<string, string>>;
  /** Without the leading `CMD` or `CMD-SHELL`. */
  readonly healthcheck: readonly string[];
  readonly confinement: Confinement;
}

/** The restrictions of a container. */
interface Confinement {
  readonly readOnly: boolean;
  readonly capabilities: readonly string[];
  readonly dropped: readonly string[];
  readonly security: readonly string[];
  readonly memory: string | undefined;
  readonly processors: number | undefined;
  readonly processes: number | undefined;
  /** The size of a log file, and the number of files. */
  readonly log: readonly [string | undefined, string | undefined];
}

export interface ComposeFile {
  readonly services: ReadonlyMap<string, ComposeService>;
  /** Paths of files, by the names of secrets. */
  readonly secrets: ReadonlyMap<string, string>;
  readonly networks: ReadonlyMap<string, { readonly internal: boolean }>;
}

interface RawService {
  readonly image: string;
  readonly command?: readonly string[];
  readonly restart?: string;
  readonly environment?: Readonly<Record<string, string | number | null>>;
  readonly secrets?: readonly string[];
  readonly networks?: readonly string[];
  readonly ports?: readonly string[];
  readonly volumes?: readonly string[];
  readonly depends_on?: Readonly<Record<string, { readonly condition: string }>>;
  readonly healthcheck?: { readonly test: readonly string[] };
  readonly read_only?: boolean;
  readonly cap_add?: readonly string[];
  readonly cap_drop?: readonly string[];
  readonly security_opt?: readonly string[];
  readonly mem_limit?: string;
  readonly cpus?: number;
  readonly pids_limit?: number;
  readonly logging?: { readonly options?: Readonly<Record<string, string>> };
}

interface RawFile {
  readonly services: Readonly<Record<string, RawService>>;
  readonly secrets: Readonly<Record<string, { readonly file: string }>>;
  readonly networks: Readonly<Record<string, { readonly internal?: boolean } | null>>;
}

/**
 * Reads a compose file. @param interpolate transforms every string in it; `interpolateWith(variables)` as docker
 * compose does.
 */
export function readComposeFile(path: string, interpolate = (text: string) => text): ComposeFile {
  const file = mapTexts(parse(readFileSync(path, 'utf8'), { merge: true }), interpolate) as RawFile;
  return {
    services: new Map(Object.entries(file.services).map(([name, service]) => [name, composeService(service)])),
    secrets: new Map(Object.entries(file.secrets).map(([name, secret]) => [name, secret.file])),
    networks: new Map(
      Object.entries(file.networks).map(([name, network]) => [name, { internal: network?.internal === true }]),
    ),
  };
}

/** The service of an agency's database. */
export const databaseOf = (agency: string) => `${agency}-database`;

/** The service that migrates an agency's database. */
export const migrationsOf = (agency: string) => `${agency}-migrations`;

/** @throws if there is no such service. */
export function serviceOf(file: ComposeFile, name: string): ComposeService {
  const service = file.services.get(name);
  if (service === undefined) throw new Error(`The compose file has no service ${name}.`);
  return service;
}

/** Services on a common network with this one, which it can reach. */
export function reachableFrom(file: ComposeFile, name: string): string[] {
  const { networks } = serviceOf(file, name);
  return [...file.services]
    .filter(([other, service]) => other !== name && service.networks.some((network) => networks.includes(network)))
    .map(([other]) => other);
}

/**
 * The interpolation of the compose specification: `$$`, `$NAME`, `${NAME}`, and `${NAME:-default}`, `${NAME:?message}`,
 * `${NAME:+replacement}`, each also without the colon, which then accepts a blank variable as set. @throws for a
 * missing required variable.
 */
export function interpolateWith(variables: Readonly<Record<string, string>>): (text: string) => string {
  return (text) =>
    text.replaceAll(
      /\$(?:(?<dollar>\$)|(?<plain>\w+)|\{(?<name>\w+)(?:(?<operator>:?[-?+])(?<operand>[^}]*))?\}|(?<invalid>))/g,
      (...match) => {
        const { dollar, plain, name = plain, operator, operand = '', invalid } = match.at(-1) as Record<string, string>;
        if (invalid !== undefined) throw new Error('Invalid interpolation.');
        if (dollar !== undefined) return '$';
        const value = variables[name ?? ''];
        const given = value !== undefined && (value !== '' || !operator?.startsWith(':'));
        if (operator?.endsWith('+')) return given ? operand : '';
        if (given) return value;
        if (operator?.endsWith('?')) throw new Error(`required variable ${name} is missing a value: ${operand}`);
        return operator === undefined ? '' : operand;
      },
    );
}

function composeService(service: RawService): ComposeService {
  return {
    image: service.image,
    command: service.command ?? [],
    restart: service.restart,
    environment: Object.fromEntries(
      Object.entries(service.environment ?? {}).map(([name, value]) => [name, String(value ?? '')]),
    ),
    secrets: service.secrets ?? [],
    networks: service.networks ?? [],
    ports: service.ports ?? [],
    volumes: service.volumes ?? [],
    dependsOn: Object.fromEntries(
      Object.entries(service.depends_on ?? {}).map(([name, { condition }]) => [name, condition]),
    ),
    healthcheck: service.healthcheck?.test.slice(1) ?? [],
    confinement: {
      readOnly: service.read_only === true,
      capabilities: service.cap_add ?? [],
      dropped: service.cap_drop ?? [],
      security: service.security_opt ?? [],
      memory: service.mem_limit,
      processors: service.cpus,
      processes: service.pids_limit,
      log: [service.logging?.options?.['max-size'], service.logging?.options?.['max-file']],
    },
  };
}

function mapTexts(node: unknown, map: (text: string) => string): unknown {
  if (typeof node === 'string') return map(node);
  if (Array.isArray(node)) return node.map((item) => mapTexts(item, map));
  if (typeof node !== 'object' || node === null) return node;
  return Object.fromEntries(Object.entries(node).map(([key, value]) => [key, mapTexts(value, map)]));
}
