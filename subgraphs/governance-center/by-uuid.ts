/** An id of a row, as clients may write it (RFC 9562). */
export const UUID = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

/** Loads a row by an id that a client has given; null for anything that is not an id. */
export const byUuid = <Row>(loader: { load(id: string): Promise<Row | null> }, id: string): Promise<Row | null> =>
  UUID.test(id) ? loader.load(id.toLowerCase()) : Promise.resolve(null);
