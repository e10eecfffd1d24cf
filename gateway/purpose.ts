import type { IncomingHttpHeaders } from 'node:http';
import { failure } from '../shared/errors';
import { isPurpose, type Purpose, REFERENCE_KIND, type Reference } from '../shared/purpose';

export interface StatedPurpose {
  readonly purpose: Purpose;
  /** Present exactly where the purpose needs one. */
  readonly reference: Reference | null;
}

const REFERENCE = /^(case|meeting)\/([A-Za-z0-9-]{1,64})$/;

/**
 * Reads `Access-Purpose` and, where the purpose needs one, `Access-Reference: case/<id>` or `meeting/<id>`.
 *
 * @throws ACCESS_PURPOSE_REQUIRED, ACCESS_PURPOSE_UNKNOWN, ACCESS_REFERENCE_REQUIRED or ACCESS_REFERENCE_MALFORMED.
 */
export function statedPurpose(headers: IncomingHttpHeaders): StatedPurpose {
  const purpose = single(headers['access-purpose']);
  if (purpose === '') throw failure('ACCESS_PURPOSE_REQUIRED');
  if (!isPurpose(purpose)) throw failure('ACCESS_PURPOSE_UNKNOWN');
  const kind = REFERENCE_KIND[purpose];
  if (kind === undefined) return { purpose, reference: null };

  const reference = single(headers['access-reference']);
  if (reference === '') throw failure('ACCESS_REFERENCE_REQUIRED');
  const [, givenKind, id] = REFERENCE.exec(reference) ?? [];
  // What looks like an ID number is never an id of ours, and must not be echoed.
  if (givenKind !== kind || id === undefined || /\d{15}/.test(id)) throw failure('ACCESS_REFERENCE_MALFORMED');
  return { purpose, reference: { kind, id } };
}

function single(header: string | string[] | undefined): string {
  return (Array.isArray(header) ? header.join(',') : (header ?? '')).trim();
}
