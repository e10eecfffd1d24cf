import type { Logger } from 'pino';
import type { Environment } from './environment';

/** Logs one warning for each setting that is set by its former name: `former-setting-name`. */
export function logFormerNames({ formerNames }: Environment, log: Logger): void {
  for (const { former, name } of formerNames) log.warn({ setting: former, use: name }, 'former-setting-name');
}
