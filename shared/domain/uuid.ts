/** An id as PostgreSQL writes it: `5f0c2a34-7d1b-4c55-9a39-0d2f6f6a1c11`. */
export const UUID = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

/** Converts an id from a client (RFC 9562: upper case is allowed) to PostgreSQL's spelling; null for anything else. */
export function canonicalUuid(text: string): string | null {
  const id = text.toLowerCase();
  return UUID.test(id) ? id : null;
}
