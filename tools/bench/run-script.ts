import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

const run = promisify(execFile);

/** Runs a script with this Node and the options that the launcher gave it; reads the JSON that it prints. */
export async function runScript(file: string, args: readonly string[]): Promise<unknown> {
  const { stdout } = await run(process.execPath, [...process.execArgv, file, ...args]);
  return JSON.parse(stdout);
}

/** A number of an object. Throws where there is none. */
export function number(object: unknown, name: string): number {
  const isObject = typeof object === 'object' && object !== null;
  const value: unknown = isObject ? Reflect.get(object, name) : undefined;
  if (typeof value !== 'number') throw new Error(`no number ${name} in ${JSON.stringify(object)}`);
  return value;
}
