import { Secret } from '../../core/secret.ts';
import type { Notice } from '../../core/state/notice.ts';
import type { Channel } from '../../delivery/ports.ts';
import { noticeParts } from './notice-parts.ts';
import { createHttpChannel, type HttpChannelParts } from './post-notice.ts';

/** Where Events API v2 takes events. */
const PAGER_DUTY_ENDPOINT = 'https://events.pagerduty.com/v2/enqueue';

/** With these an event is far below its limit of 512 KB, and its summary below 1024 characters. */
const BOUNDS = { entries: 20, characters: 1000 } as const;

/**
 * Sends notices to a PagerDuty service: one alert for each incident, triggered and resolved.
 *
 * The id of the incident is the deduplication key, so that reminders and changes join its alert, and
 * a second copy of a notice changes nothing. Acknowledging is left to people.
 *
 * @see https://developer.pagerduty.com/docs/send-alert-event
 */
export function createPagerDutyChannel(
  parts: HttpChannelParts & {
    /** @default {@link PAGER_DUTY_ENDPOINT} */
    readonly endpoint?: string;
  },
): Channel {
  const url = new Secret(parts.endpoint ?? PAGER_DUTY_ENDPOINT);
  return createHttpChannel(parts, (notice, routingKey) => ({
    url,
    body: JSON.stringify({
      routing_key: routingKey.reveal().trim(),
      ...pagerDutyEvent(notice),
    }),
    // An invalid key is answered with 400 too, and is no fault of the notice.
    isRejected: ({ status, body }) => status === 400 && !/routing[ _]key/i.test(body),
  }));
}

/** The event of a notice, without the routing key. */
export function pagerDutyEvent(notice: Notice): Readonly<Record<string, unknown>> {
  const shown = noticeParts(notice, BOUNDS);
  const { deployment, about, cause } = notice;
  return {
    event_action: notice.isOpen ? 'trigger' : 'resolve',
    dedup_key: notice.incidentId,
    client: 'm2m-watch',
    payload: {
      summary: shown.subject,
      source: `m2m-watch ${deployment}`,
      severity: notice.severity,
      timestamp: notice.createdAt,
      component: about.name,
      group: deployment,
      class: cause?.id ?? notice.reason,
      custom_details: {
        what: shown.what,
        ...Object.fromEntries(shown.facts),
        fix: shown.fix,
        evidence: shown.evidence,
        notes: shown.notes,
        applications: shown.applications,
        notice: notice.id,
      },
    },
    links: shown.links.map(({ label, url }) => ({ href: url, text: label })),
  };
}
