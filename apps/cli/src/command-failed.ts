/** The command was understood and can not be done: exit code 1. */
export class CommandFailed extends Error {}
