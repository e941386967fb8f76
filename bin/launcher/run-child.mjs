// Starts a program on our own terminal, and ends as it ended.
import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { constants } from 'node:os';

const SIGNALS = ['SIGINT', 'SIGTERM', ...(process.platform === 'win32' ? [] : ['SIGHUP'])];

/**
 * Starts a program and waits for its end; signals that only we received are passed on.
 *
 * Resolves to its `status` or `signal`, and the last signal that we `received` meanwhile.
 */
export function runChild(command, args, { onStart = () => {}, ...options }) {
  return new Promise((done, failed) => {
    let received;
    const child = spawn(command, args, { windowsHide: true, ...options });
    const passOn = (signal) => {
      received = signal;
      if (signal === 'SIGTERM' || !isInForeground()) child.kill(signal);
    };
    const stopListening = () => {
      for (const signal of SIGNALS) process.off(signal, passOn);
    };
    for (const signal of SIGNALS) process.on(signal, passOn);
    child.once('spawn', () => onStart(child.pid));
    child.once('error', (error) => {
      stopListening();
      failed(error);
    });
    child.once('exit', (status, signal) => {
      stopListening();
      done({ status, signal, received });
    });
  });
}

// Ctrl-C in a terminal reaches every process of the foreground group by itself. Passed on as well it
// would arrive twice, and a second Ctrl-C means "at once" to m2m-watch.
function isInForeground() {
  try {
    const stat = readFileSync('/proc/self/stat', 'utf8');
    // After the program's name in brackets: state, parent, group, session, terminal, foreground group.
    const [, , group, , , foregroundGroup] = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    return group === foregroundGroup;
  } catch {
    return [process.stdin, process.stdout, process.stderr].some((stream) => stream.isTTY);
  }
}

/** Ends this process as the child did, so that a caller sees its status or its signal. */
export function endAs({ status, signal }) {
  if (signal === null) process.exit(status);
  if (SIGNALS.includes(signal)) process.kill(process.pid, signal);
  // Other signals, and the first process of a container, which no signal of its own ends.
  process.exit(128 + constants.signals[signal]);
}
