// A process that takes the right to run the schedule on the file of its first argument, and keeps it.

import { lockState } from '../../lib/adapters/state/sqlite-lock.ts';

lockState(String(process.argv[2]));
process.stdout.write('taken\n');
setInterval(() => {}, 60_000);
