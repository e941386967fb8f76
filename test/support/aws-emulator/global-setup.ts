import type { TestProject } from 'vitest/node';
import { startMoto } from './moto.ts';

declare module 'vitest' {
  interface ProvidedContext {
    /** Where the emulator of this run of `npm run test:aws` listens. */
    readonly emulatorUrl: string;
  }
}

/** Starts one emulator for all files, and ends it after them. */
export async function setup(project: TestProject): Promise<() => Promise<void>> {
  const { url, stop } = await startMoto();
  project.provide('emulatorUrl', url);
  return stop;
}
