/** What time it is; another one lets weeks pass in a test. */
export type Clock = () => Date;

export const systemClock: Clock = () => new Date();
