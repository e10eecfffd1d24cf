/** What is wrong with how a command was called. Its message is all that there is to tell. */
export class UsageFault extends Error {}
