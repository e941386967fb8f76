import { createMemoryStateStore } from '../../../lib/adapters/state/memory-state-store.ts';
import { describeStateStore } from './state-store.contract.ts';

describeStateStore('memory', async () => createMemoryStateStore());
