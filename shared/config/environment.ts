import { readFileSync } from 'node:fs';
import { type FormerName, RENAMED_SETTINGS } from './renamed-settings';

/** Thrown for a faulty configuration. The message lists every fault, one per line. */
export class ConfigurationError extends Error {
  readonly faults: readonly string[];

  constructor(faults: readonly string[]) {
    super(['The configuration is faulty:', ...faults.map((fault) => `  - ${fault}`)].join('\n'));
    this.faults = faults;
  }
}

/** Reads settings from environment variables and collects their faults, to report all of them at once. */
export class Environment {
  private readonly variables: NodeJS.ProcessEnv;
  private readonly faults: string[] = [];

  constructor(variables: NodeJS.ProcessEnv) {
    this.variables = variables;
  }

  get production(): boolean {
    return this.variables.NODE_ENV === 'production';
  }

  /** Settings that are set by their former names, to be logged once at start. */
  get formerNames(): readonly FormerName[] {
    return Object.entries(RENAMED_SETTINGS).flatMap(([name, former]) =>
      this.valueOf(former) === undefined ? [] : [{ former, name }],
    );
  }

  /** @returns undefined if the variable is missing or blank. Accepts a renamed setting by its former name. */
  optional(name: string): string | undefined {
    const value = this.valueOf(name);
    const former = RENAMED_SETTINGS[name];
    const formerValue = former === undefined ? undefined : this.valueOf(former);
    if (value !== undefined && formerValue !== undefined && value !== formerValue) {
      this.fault(`${name} and ${former}, its former name, have different values: remove ${former}.`);
    }
    return value ?? formerValue;
  }

  required(name: string, why: string): string {
    const value = this.optional(name);
    if (value === undefined) this.fault(`${name} is not set: ${why}`);
    return value ?? '';
  }

  /** Reads a variable, or the file named by `<name>_FILE`, as containers pass secrets. */
  secret(name: string): string | undefined {
    const file = this.optional(`${name}_FILE`);
    if (file === undefined) return this.optional(name);
    try {
      const content = readFileSync(file, 'utf8').trim();
      return content === '' ? undefined : content;
    } catch {
      this.fault(`${name}_FILE cannot be read.`);
      return undefined;
    }
  }

  requiredSecret(name: string, why: string): string {
    const value = this.secret(name);
    if (value === undefined) this.fault(`${name} (or ${name}_FILE) is not set: ${why}`);
    return value ?? '';
  }

  integer(name: string, fallback: number, lowest: number, highest: number): number {
    const text = this.optional(name);
    if (text === undefined) return fallback;
    const value = Number(text);
    if (!/^\d+$/.test(text) || value < lowest || value > highest) {
      this.fault(`${name} must be a whole number from ${lowest} to ${highest}.`);
      return fallback;
    }
    return value;
  }

  /** A number from 0 to 1. */
  share(name: string, fallback: number): number {
    const text = this.optional(name);
    if (text === undefined) return fallback;
    if (/^(?:0(?:\.\d+)?|1(?:\.0+)?)$/.test(text)) return Number(text);
    this.fault(`${name} must be a number from 0 to 1.`);
    return fallback;
  }

  oneOf<Choice extends string>(name: string, choices: readonly Choice[], fallback: Choice): Choice {
    const text = this.optional(name) ?? fallback;
    const choice = choices.find((candidate) => candidate === text);
    if (choice === undefined) this.fault(`${name} must be one of ${choices.join(', ')}.`);
    return choice ?? fallback;
  }

  /** Refuses unknown variables with this prefix: a misspelt one would silently have no effect. */
  refuseUnknown(prefix: string, known: readonly string[]): void {
    for (const name of Object.keys(this.variables)) {
      const stem = name.replace(/_FILE$/, '');
      if (name.startsWith(prefix) && !known.some((one) => one === stem || RENAMED_SETTINGS[one] === stem)) {
        this.fault(`${name} is not a setting; known settings: ${known.join(', ')}.`);
      }
    }
  }

  fault(text: string): void {
    this.faults.push(text);
  }

  /** @throws ConfigurationError with every fault so far. */
  finish(): void {
    if (this.faults.length > 0) throw new ConfigurationError(this.faults);
  }

  // Private:

  private valueOf(name: string): string | undefined {
    const value = this.variables[name]?.trim();
    return value === '' ? undefined : value;
  }
}
