/** The current time; tests replace it to let weeks pass. */
export type Clock = () => Date;

export const systemClock: Clock = () => new Date();
