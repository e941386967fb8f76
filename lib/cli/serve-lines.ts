import { causeWords } from '../core/incident/subject-line.ts';
import type { IncidentChange } from '../core/state/incident.ts';
import type { ServeEvent } from '../wiring/serve-events.ts';

const THE = { run: 'the run', delivery: 'the delivery of notices' } as const;

/** What an event of the schedule is told as, in one line; null where it is not worth one. */
export function serveLine(event: ServeEvent): string | null {
  switch (event.kind) {
    case 'started':
      return startedLine(event);
    case 'run': {
      const { applications, healthy, degraded, unhealthy, undetermined } = event.summary;
      const counts = [
        [healthy, 'healthy'],
        [degraded, 'degraded'],
        [unhealthy, 'unhealthy'],
        [undetermined, 'undetermined'],
      ] as const;
      const parts = counts.filter(([count]) => count > 0).map((pair) => pair.join(' '));
      return `checked ${applications}: ${parts.join(', ')}`;
    }
    case 'notice':
      return `${event.isAlarming ? 'ALARM' : 'notice'} ${event.subject}`;
    case 'without-notice': {
      return `no notice: ${changeWords(event.change)}`;
    }
    case 'delivery': {
      const { kind, channel, subject, detail, attempts, nextTryAtMs } = event.event;
      if (kind === 'accepted') {
        return attempts === 1 ? null : `${channel} took "${subject}" at attempt ${attempts}`;
      }
      // Each doubling of the attempts is told, and not each attempt.
      if (kind === 'postponed' && (attempts & (attempts - 1)) !== 0) return null;
      const next =
        nextTryAtMs === null
          ? 'it is let go'
          : `again at ${new Date(nextTryAtMs).toISOString().slice(11, 19)}Z`;
      return `${channel} did not take "${subject}": ${detail}; ${next}`;
    }
    case 'fault': {
      const { during, detail, times } = event;
      // Each doubling is told, and not each time.
      if ((times & (times - 1)) !== 0) return null;
      const often = times === 1 ? '' : ` ${times} times in a row`;
      return `${THE[during]} failed${often} and is tried again at the next tick: ${detail}`;
    }
    case 'mended': {
      const { during, times } = event;
      return `${THE[during]} works again, after it failed ${times === 1 ? 'once' : `${times} times`}`;
    }
  }
}

function changeWords({ incidentId, event }: IncidentChange): string {
  switch (event.kind) {
    case 'joined':
      return `${event.application} joined ${incidentId} (${causeWords(event.cause)})`;
    case 'left':
      return `${event.application} left ${incidentId} (${event.why})`;
    case 'no-data':
      return `${event.application} has no data in ${incidentId}`;
    case 'cause':
      return `${incidentId} is ${causeWords(event.to)} now, and was ${causeWords(event.from)}`;
    case 'opened':
    case 'reopened':
      return `${incidentId} ${event.kind} (${causeWords(event.cause)})`;
    case 'closed':
      return `${incidentId} closed (${event.why})`;
  }
}

function startedLine({
  applications,
  channels,
  unavailable,
}: Extract<ServeEvent, { readonly kind: 'started' }>): string {
  const through = channels.length === 0 ? 'no channel but these lines' : channels.join(', ');
  const missing = unavailable.map((name) => `; ${name} works in a deployment on AWS only`).join('');
  const noun = applications === 1 ? 'application' : 'applications';
  return `watching ${applications} ${noun}; notices go to ${through}${missing}`;
}
