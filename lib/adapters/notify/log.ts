import type { Log } from '../../check/ports.ts';
import type { Channel } from '../../delivery/ports.ts';

/** The name of this channel in the outbox. */
export const LOG_CHANNEL = 'log';

/** Writes each notice to the log as one entry, `notice`; what breaks is a warning. */
export function createLogChannel(log: Log): Channel {
  return {
    send: async ({ id, incidentId, reason, severity, isOpen, subject, cause }) => {
      log({
        level: isOpen && severity === 'error' ? 'warn' : 'info',
        event: 'notice',
        detail: { noticeId: id, incidentId, reason, subject, cause: cause?.id ?? null },
      });
      return { kind: 'accepted' };
    },
  };
}
