// Reads a small file of a person, whatever it is: pipes have a time limit, and nothing is read without end.

import { constants } from 'node:fs';
import { open } from 'node:fs/promises';
import { setTimeout as wait } from 'node:timers/promises';

/** What reading gives: the bytes, why there are none, or the code of a fault of the file system. */
export type SmallFileRead =
  | { readonly kind: 'bytes'; readonly bytes: Uint8Array }
  /** A predicate for the file, which quotes nothing of it. */
  | { readonly kind: 'problem'; readonly problem: string }
  | { readonly kind: 'fault'; readonly code: string };

/** What a program or a person has to write a pipe to its end. */
const PIPE_MS = 10_000;

const LOOK_MS = 20;

/**
 * Reads a file of at most so many bytes; never throws, and never waits for longer than `pipeMs`.
 *
 * A pipe, such as `/dev/stdin` or what `<(…)` of a shell makes, is read to its end. One that nobody opens to
 * write is waited for as long, since its program may be slower than we are.
 */
export async function readSmallFile(
  path: string,
  { atMostBytes, pipeMs = PIPE_MS }: { readonly atMostBytes: number; readonly pipeMs?: number },
): Promise<SmallFileRead> {
  const tooLong = {
    kind: 'problem',
    problem: `is longer than 1 MB (${atMostBytes} bytes)`,
  } as const;
  try {
    // Without O_NONBLOCK, opening a pipe that nobody writes to would block for ever.
    await using file = await open(path, constants.O_RDONLY | (constants.O_NONBLOCK ?? 0));
    const about = await file.stat();
    if (about.size > atMostBytes) return tooLong;
    const buffer = Buffer.alloc(atMostBytes + 1);
    const endMs = performance.now() + pipeMs;
    let length = 0;
    while (length <= atMostBytes) {
      const read = await file.read(buffer, length, buffer.length - length, null).catch(notYet);
      const isToBeWritten = about.isFIFO() && length === 0;
      if (read !== null && read.bytesRead === 0 && !isToBeWritten) break;
      length += read?.bytesRead ?? 0;
      if (read !== null && read.bytesRead > 0) continue;
      if (performance.now() > endMs) return notWritten(pipeMs);
      await wait(LOOK_MS);
    }
    return length > atMostBytes ? tooLong : { kind: 'bytes', bytes: buffer.subarray(0, length) };
  } catch (thrown) {
    const code =
      thrown instanceof Error && 'code' in thrown ? String(thrown.code) : 'unknown fault';
    const problem = SPECIAL_PROBLEMS[code];
    return problem === undefined ? { kind: 'fault', code } : { kind: 'problem', problem };
  }
}

/** Problems that are the same whatever the file is for. */
const SPECIAL_PROBLEMS: Readonly<Record<string, string>> = {
  ELOOP: 'is a symbolic link that leads back to itself: name a regular file',
  ENXIO: 'is a socket or a device: name a regular file',
  EACCES: 'cannot be read: this user has no permission',
  EPERM: 'cannot be read: this user has no permission',
  EMFILE: 'cannot be read (EMFILE): this process has too many open files',
  ENFILE: 'cannot be read (ENFILE): this machine has too many open files',
};

/** Null where the writer of a pipe, or a person at a terminal, has not written yet. */
function notYet(thrown: unknown): null {
  if (thrown instanceof Error && 'code' in thrown && thrown.code === 'EAGAIN') return null;
  throw thrown;
}

function notWritten(pipeMs: number): SmallFileRead {
  const problem = `is a pipe or a terminal that was not written to its end within ${pipeMs / 1000} s: name a regular file, or write all of it at once`;
  return { kind: 'problem', problem };
}
