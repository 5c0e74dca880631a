/** What is wrong with a command, in the words of the program that it is for. It never leaves this folder: the doors of the languages catch it. */

/** 1: the box said no; 2: the command line is wrong; 3: there is no such table. */
export type ExitCode = 1 | 2 | 3

export class LanguageProblem extends Error {
  readonly exit: ExitCode

  constructor(exit: ExitCode, message: string) {
    super(message)
    this.exit = exit
  }
}

/** A parameter is wrong. */
export const wrong = (message: string): LanguageProblem => new LanguageProblem(2, message)
/** The box cannot do this. */
export const refused = (message: string): LanguageProblem => new LanguageProblem(1, message)
