// The command: started by bin/run.mjs, or directly by a Node that runs TypeScript.
import { runProcess } from '../lib/cli/run-process.ts';

await runProcess(process);
