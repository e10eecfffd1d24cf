import type { IncomingHttpHeaders } from 'node:http';
import type { onRequestAsyncHookHandler } from 'fastify';
import { isPurpose, REFERENCE_KIND, type Reference, type ReferenceNeed } from '../../shared/domain/purpose';
import { emergencyReason, SHORTEST_REASON } from '../../shared/protocol/emergency-reason';
import { failure } from '../../shared/protocol/errors';
import type { StatedPurpose } from '../request/stated-purpose';

const REFERENCE = /^([a-z]+)\/([A-Za-z0-9-]{1,64})$/;

/**
 * Reads `Access-Purpose` and, if the purpose can have them, `Access-Reference: case/<id>` and `Access-Reason` (UTF-8, or
 * percent-encoded by clients that can send ASCII only).
 *
 * @throws ACCESS_PURPOSE_REQUIRED, ACCESS_PURPOSE_UNKNOWN, ACCESS_REASON_REQUIRED, ACCESS_REASON_REFUSED,
 *   ACCESS_REFERENCE_REQUIRED or ACCESS_REFERENCE_MALFORMED.
 */
export function statedPurpose(headers: IncomingHttpHeaders): StatedPurpose {
  const purpose = single(headers['access-purpose']);
  if (purpose === '') throw failure('ACCESS_PURPOSE_REQUIRED');
  if (!isPurpose(purpose)) throw failure('ACCESS_PURPOSE_UNKNOWN');
  const written = textOf(headers['access-reason']);
  const reasonGiven = [...written].length >= SHORTEST_REASON;
  const reason = purpose === 'EMERGENCY' ? emergencyReason(written) : null;
  const need = REFERENCE_KIND[purpose];
  const given = single(headers['access-reference']);
  if (need === undefined || (given === '' && !need.required)) return { purpose, reference: null, reasonGiven, reason };
  return { purpose, reference: referenceIn(given, need), reasonGiven, reason };
}

/** Reads the stated purpose. @throws like `statedPurpose`. */
export const statePurpose: onRequestAsyncHookHandler = async (request) => {
  request.stated = statedPurpose(request.headers);
};

/** @param given the header's text. @throws ACCESS_REFERENCE_REQUIRED or ACCESS_REFERENCE_MALFORMED. */
function referenceIn(given: string, { kinds }: ReferenceNeed): Reference {
  const forms = kinds.map((kind) => `${kind}/<id>`).join(' or ');
  if (given === '') {
    throw failure('ACCESS_REFERENCE_REQUIRED', `This purpose requires ${forms} in the header Access-Reference.`);
  }
  const [, name, id] = REFERENCE.exec(given) ?? [];
  const kind = kinds.find((one) => one === name);
  // An id of ours never looks like an ID number, and an ID number must not be echoed.
  if (kind === undefined || id === undefined || /\d{15}/.test(id)) {
    throw failure('ACCESS_REFERENCE_MALFORMED', `For this purpose, the header Access-Reference must be ${forms}.`);
  }
  return { kind, id };
}

function single(header: string | string[] | undefined): string {
  return (Array.isArray(header) ? header.join(',') : (header ?? '')).trim();
}

/** Node.js decodes headers as Latin-1. */
function textOf(header: string | string[] | undefined): string {
  const text = Buffer.from(single(header), 'latin1').toString('utf8');
  try {
    return decodeURIComponent(text).trim();
  } catch {
    return text.trim();
  }
}
