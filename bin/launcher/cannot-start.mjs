/** A reason not to start that is told in one line, without a stack. */
export class CannotStart extends Error {
  name = 'CannotStart';
}

/** Writes one line of the launcher's own; standard output belongs to what is started. */
export function say(line) {
  process.stderr.write(`m2m-watch: ${line}\n`);
}
