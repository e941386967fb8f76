// Runs a program in this terminal, and ends the launcher with the same status or signal.
import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { constants } from 'node:os';

const SIGNALS = ['SIGINT', 'SIGTERM', ...(process.platform === 'win32' ? [] : ['SIGHUP'])];

/**
 * Starts a program, waits for its end, and passes on signals that only the launcher received.
 *
 * Resolves to its `status` or `signal`, and to the last signal that the launcher `received` meanwhile.
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

// Ctrl-C in a terminal already reaches every process of the foreground group. If the launcher passed it
// on, it would arrive twice, and a second Ctrl-C tells m2m-watch to stop at once.
function isInForeground() {
  try {
    const stat = readFileSync('/proc/self/stat', 'utf8');
    // The fields after the program's name in brackets: state, parent, group, session, terminal, foreground group.
    const [, , group, , , foregroundGroup] = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    return group === foregroundGroup;
  } catch {
    return [process.stdin, process.stdout, process.stderr].some((stream) => stream.isTTY);
  }
}

/** Ends this process as the child ended, so that the caller sees the same status or signal. */
export function endAs({ status, signal }) {
  if (signal === null) process.exit(status);
  if (SIGNALS.includes(signal)) process.kill(process.pid, signal);
  // For other signals, and for the first process of a container, which cannot end itself with a signal.
  process.exit(128 + constants.signals[signal]);
}
