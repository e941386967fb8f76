// The command `m2m-watch`, started by bin/run.mjs or by any Node that runs TypeScript.
import { runProcess } from '../lib/cli/run-cli.ts';

await runProcess(process);
