/** A reason not to start. The launcher prints its message as one line, without a stack trace. */
export class CannotStart extends Error {
  name = 'CannotStart';
}

/** Writes one line to standard error; standard output belongs to the program that is started. */
export function say(line) {
  process.stderr.write(`m2m-watch: ${line}\n`);
}
