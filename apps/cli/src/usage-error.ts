/** The command line can not be understood, or asks for what there is not: exit code 2. */
export class UsageError extends Error {
  /** The program whose `-h` helps. */
  readonly program: string
  constructor(message: string, program = 'bauta') {
    super(message)
    this.program = program
  }
}
