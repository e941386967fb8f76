/** Ctrl-C at a question: the command ends with 130 and has done nothing. `runCli` catches it. */
export class InterruptedError extends Error {
  override readonly name = 'InterruptedError';
  readonly code = 'INTERRUPTED';
}
