import { createHash } from 'node:crypto';

/**
 * The SHA-256 of a text.
 *
 * @example digestOf('') // 'e3b0c44298fc…', 64 hexadecimal digits
 */
export const digestOf = (text: string): string => createHash('sha256').update(text).digest('hex');
