export const UUID = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

export const byUuid = <Row>(loader: { load(id: string): Promise<Row | null> }, id: string): Promise<Row | null> =>
  UUID.test(id) ? loader.load(id.toLowerCase()) : Promise.resolve(null);
