// The sample notice that `notify --test` sends.

import { causeDefinition } from '../causes/causes.ts';
import type { Notice } from '../state/notice.ts';

/** A notice that says that it is a test; it is a warning, so that it does not page anybody at night. */
export function sampleNotice(deployment: string, nowMs: number): Notice {
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
    what: 'This is a test: nothing is failing. A real notice says here what failed.',
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
    fix: ['There is nothing to fix.'],
    evidence: [{ step: 'token-request', saw: 'none, since this is a test' }],
    mayBeRepeated: false,
    notes: [],
    applications: [{ name: 'sample', status: null, owner: null, runbook: null }],
    links: [{ label: 'About this cause', url: help }],
    nextReminderAt: null,
  };
}

/** The recovery that follows a sample notice, so that a test leaves no open alert behind. */
export function resolveSample(sample: Notice): Notice {
  return {
    ...sample,
    id: `${sample.incidentId}.2`,
    reason: 'recovered',
    isOpen: false,
    subject: `${sample.subject}, which is over`,
    downForSeconds: 0,
    closing: 'recovered',
  };
}
