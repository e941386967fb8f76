// Beside the notice: one that nothing led to, for trying the channels.

import { causeDefinition } from '../causes/causes.ts';
import type { Notice } from '../state/notice.ts';

/** A notice that says of itself that it is a test; a warning, since it may ring somebody's telephone. */
export function sampleNotice({
  deployment,
  nowMs,
}: {
  readonly deployment: string;
  readonly nowMs: number;
}): Notice {
  const now = new Date(nowMs).toISOString();
  const { family, help } = causeDefinition('secret-rotated');
  const incidentId = `${deployment}:test:${now.replaceAll(/[-:]|\.\d+/g, '')}`;
  return {
    schema: 1,
    id: `${incidentId}.1`,
    incidentId,
    deployment,
    reason: 'opened',
    severity: 'warning',
    isOpen: true,
    about: { kind: 'application', name: 'sample' },
    subject: `[${deployment}] sample: this is a test of m2m-watch`,
    what: 'This is a test: nothing is broken. A real notice says here what broke.',
    createdAt: now,
    since: now,
    lastHealthyAt: null,
    downForSeconds: null,
    closing: null,
    cause: {
      id: 'secret-rotated',
      family,
      title: 'A test of the channel',
      confidence: 'certain',
      confidenceMeans: 'certain: somebody ran notify --test',
    },
    fix: ['Nothing is to be done.'],
    evidence: [{ step: 'token-request', saw: 'nothing, since this is a test' }],
    notes: [],
    applications: [{ name: 'sample', status: null, owner: null, runbook: null }],
    links: [{ label: 'About this cause', url: help }],
    nextReminderAt: null,
  };
}

/** The end of a notice's incident, so that a test leaves no open alert behind. */
export function endOf(notice: Notice): Notice {
  return {
    ...notice,
    id: `${notice.incidentId}.2`,
    reason: 'recovered',
    isOpen: false,
    subject: `${notice.subject}, and its end`,
    downForSeconds: 0,
    closing: 'recovered',
  };
}
