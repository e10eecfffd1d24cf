import { type ParseArgsConfig, parseArgs } from 'node:util';

/** A faulty command line. The message states the fault and the usage. */
export class UsageError extends Error {
  constructor(fault: string, usage: string) {
    super(`${fault}\n\n${usage}`);
  }
}

/**
 * Reads a command line by `node:util` parseArgs, strictly.
 *
 * @param usage printed below the fault, such as `Usage: npm run types -- [--check]`.
 * @throws UsageError for unknown options, missing values and unexpected arguments.
 */
export function readCommandLine<Config extends ParseArgsConfig>(
  usage: string,
  words: readonly string[],
  config: Config,
): ReturnType<typeof parseArgs<Config>> {
  try {
    return parseArgs<Config>({ ...config, args: [...words] });
  } catch (error) {
    const { code = '', message } = error as NodeJS.ErrnoException;
    if (!code.startsWith('ERR_PARSE_ARGS_')) throw error;
    // Node.js adds advice on leading dashes after the first sentence.
    const [fault = message] = message.split(/\.?(?:\s*\n|\s+(?=To |This ))/);
    throw new UsageError(`${fault}.`, usage);
  }
}

/** @throws UsageError if a required option is missing. */
export function requiredOption(usage: string, option: string, value: string | undefined): string {
  if (value === undefined) throw new UsageError(`--${option} is missing.`, usage);
  return value;
}
