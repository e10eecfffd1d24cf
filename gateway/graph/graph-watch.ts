import type { Logger } from 'pino';
import { type FileSource, fileSource } from '../../shared/config/file-source';
import type { GraphFiles } from './graph-files';

/** Where a graph's two files come from: paths or URLs. */
export interface GraphSettings {
  readonly supergraph: string | URL;
  readonly rules: string | URL;
  /** Interval between checks for a change; 0 for no checks. */
  readonly reloadSeconds: number;
}

export interface GraphWatch {
  /** @throws if one of the files cannot be read. */
  read(): Promise<GraphFiles>;
  /** Checks for a change now and at every interval. */
  start(offer: (texts: GraphFiles) => Promise<void>): void;
  /** Checks for a change now; resolves when what it found is served or refused. Does nothing before `start`. */
  look(): Promise<void>;
  stop(): void;
}

/** Reads a graph's files at intervals and offers them. A source that fails is logged once until it answers again. */
export function graphWatch({ supergraph, rules, reloadSeconds }: GraphSettings, log: Logger): GraphWatch {
  const sources = { supergraph: fileSource('SUPERGRAPH', supergraph), rules: fileSource('RULES', rules) };
  const failing = new Set<FileSource>();
  let offer: ((texts: GraphFiles) => Promise<void>) | undefined;
  let timer: NodeJS.Timeout | undefined;
  let looking = Promise.resolve();
  let next: Promise<void> | undefined;

  const available = async (source: FileSource): Promise<string | undefined> => {
    try {
      const text = await source.read();
      if (failing.delete(source)) log.info({ source: source.name }, 'graph-source-available');
      return text;
    } catch (error) {
      if (!failing.has(source)) log.warn({ source: source.name, cause: causeOf(error) }, 'graph-source-unavailable');
      failing.add(source);
      return undefined;
    }
  };
  const once = async () => {
    next = undefined;
    const [supergraphText, rulesText] = await Promise.all([available(sources.supergraph), available(sources.rules)]);
    if (supergraphText === undefined || rulesText === undefined) return;
    await offer?.({ supergraph: supergraphText, rules: rulesText });
  };
  // A call during a check gets another check: the current one may have read the files before they changed.
  const look = () => {
    next ??= looking = looking.then(once);
    return next;
  };
  const lookAndWait = async () => {
    await look();
    if (offer !== undefined && reloadSeconds > 0) timer = setTimeout(lookAndWait, reloadSeconds * 1_000);
  };
  return {
    async read() {
      const [supergraphText, rulesText] = await Promise.all([required(sources.supergraph), required(sources.rules)]);
      return { supergraph: supergraphText, rules: rulesText };
    },
    start(given) {
      offer = given;
      void lookAndWait();
    },
    look: async () => {
      if (offer !== undefined) await look();
    },
    stop() {
      offer = undefined;
      clearTimeout(timer);
    },
  };
}

async function required(source: FileSource): Promise<string> {
  try {
    return await source.read();
  } catch (error) {
    throw new Error(`${source.name} cannot be read: ${causeOf(error)}.`);
  }
}

function causeOf(error: unknown): string | undefined {
  const { code, name } = error as { code?: unknown; name?: string };
  return typeof code === 'string' ? code : name;
}
