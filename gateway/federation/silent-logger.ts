const nothing = (): void => undefined;

/** For the vendor's parts: their messages can quote operations and subgraph errors, which may hold values of a record. */
export const SILENT_LOGGER = { debug: nothing, info: nothing, warn: nothing, error: nothing };
