// The table of provider faults: over TCP, TLS and HTTP, and in what is said.
import { CONNECTION_FAULTS } from './connection-faults.ts';
import { CONTENT_FAULTS } from './content-faults.ts';
import { MESSAGE_FAULTS } from './message-faults.ts';
import type { ProviderFault } from './provider-fault.ts';
import { TLS_FAULTS } from './tls-faults.ts';

/** Every fault that the suite plays, one row for each request that it is played at. */
export const PROVIDER_FAULTS: readonly ProviderFault[] = [
  ...CONNECTION_FAULTS,
  ...TLS_FAULTS,
  ...MESSAGE_FAULTS,
  ...CONTENT_FAULTS,
];
