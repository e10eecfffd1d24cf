const nothing = (): void => undefined;

/** For the vendor's libraries, whose messages can quote operations and subgraph errors and thus values of a record. */
export const SILENT_LOGGER = { debug: nothing, info: nothing, warn: nothing, error: nothing };
