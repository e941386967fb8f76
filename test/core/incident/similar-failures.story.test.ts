import { describe, expect, it } from 'vitest';
import { all, at, names, Story } from '../../support/story.ts';

const withCall = (name: string, url = 'https://api.acme.com/health') => ({ name, call: { url } });

describe('applications that fail together', () => {
  it('have one notice when ten cannot reach their provider', () => {
    const story = new Story({ applications: names(10) });
    story.run('10:00', all(10, 'healthy'));

    expect(story.run('11:00', all(10, 'provider-unreachable'))).toEqual([
      'opened: [test] acme (Kinde): provider unreachable, 10 applications',
    ]);
    expect(story.run('11:05', { 'a-1': 'provider-unreachable' })).toEqual([]);
    expect(story.run('11:10', all(10, 'healthy'))).toEqual([
      'recovered: [test] acme (Kinde): recovered after 10 min',
    ]);
  });

  it('have one notice when ten of a provider fail in the same way', () => {
    const story = new Story({ applications: names(10) });

    expect(story.run('10:00', all(10, 'client-unknown'))).toEqual([
      'opened: [test] acme (Kinde): client unknown, 10 applications',
    ]);
    expect(story.run('10:05', all(10, 'client-unknown'))).toEqual([]);
    expect(story.run('10:20', { ...all(9, 'client-unknown'), 'a-10': 'healthy' })).toEqual([]);
    expect(story.run('10:35', all(9, 'healthy'))).toEqual([
      'recovered: [test] acme (Kinde): recovered after 35 min',
    ]);
  });

  it('have notices of their own when they fail differently, or when there are only two', () => {
    const story = new Story({ applications: names(3) });

    const notices = story.run('10:00', { ...all(2, 'client-unknown'), 'a-3': 'scope-missing' });

    expect(notices).toHaveLength(3);
  });

  it('are counted within everyMinutes, since checks are spread', () => {
    const story = new Story({ applications: names(5) });

    expect(story.run('10:00', { 'a-1': 'client-unknown' })).toHaveLength(1);
    expect(story.run('10:05', { 'a-2': 'client-unknown' })).toHaveLength(1);
    expect(story.run('10:10', { 'a-3': 'client-unknown' })).toEqual([
      'opened: [test] acme (Kinde): client unknown, 1 more application',
    ]);
    expect(story.lastNotice.notes).toEqual([
      'Failing in the same way, with earlier notices of their own: a-1, a-2.',
    ]);
    expect(story.run('10:15', { 'a-4': 'client-unknown' })).toEqual([]);
    expect(story.run('11:30', { 'a-5': 'client-unknown' })).toEqual([
      'opened: [test] a-5: client unknown at acme (Kinde)',
    ]);
  });

  it('stay together, however long it lasts', () => {
    const story = new Story({ applications: names(4) });
    story.run('10:00', all(4, 'client-unknown'));

    for (const [index, name] of names(4).entries()) {
      expect(story.run(`12:0${index}`, { [name]: 'client-unknown' })).toEqual([]);
    }
    expect(Object.keys(story.state.incidents)).toHaveLength(1);
  });

  it('are not counted once they have recovered, even if no notice says so yet', () => {
    const windows = [{ applications: ['*'], from: '10:10', until: '11:00' }];
    const story = new Story({ applications: names(3), windows });
    story.run('10:00', all(2, 'client-unknown'));
    story.run('10:15', all(2, 'healthy'));

    story.run('10:20', { 'a-3': 'client-unknown' });

    expect(story.run('11:00')).toEqual([
      expect.stringMatching(/^recovered: \[test\] a-1/),
      expect.stringMatching(/^recovered: \[test\] a-2/),
      expect.stringMatching(/^window-ended: \[test\] a-3: client unknown at acme/),
    ]);
  });

  it('are kept apart from those without data', () => {
    const [a, b, c] = ['a', 'b', 'c'].map((name) => ({ name, everyMinutes: 10 }));
    const story = new Story({ applications: [a, b, c, 'd'].filter((each) => each !== undefined) });
    story.run('10:00', { a: 'provider-error', b: 'provider-error', d: 'healthy' });
    story.run('10:25', { c: 'provider-error', d: 'healthy' });
    expect(story.run('10:30', { c: 'provider-error', d: 'healthy' })).toHaveLength(2);

    expect(story.run('10:35', { c: 'provider-error', d: 'healthy' })).toEqual([
      'opened: [test] c: provider error at acme (Kinde)',
    ]);
  });

  it('lose one that begins to fail in another way', () => {
    const story = new Story({ applications: names(4) });
    story.run('10:00', all(4, 'client-unknown'));

    expect(story.run('10:05', { ...all(3, 'client-unknown'), 'a-4': 'scope-missing' })).toEqual([
      'opened: [test] a-4: scope missing at acme (Kinde)',
    ]);
  });

  it('have a notice of severity warning that says that the credentials work when their API is down', () => {
    const story = new Story({ applications: names(5).map((name) => withCall(name)) });

    expect(
      story.run('10:00', {
        ...all(3, 'call-unreachable'),
        'a-4': { cause: 'call-failed', status: 'degraded' },
        'a-5': { cause: 'call-failed', status: 'degraded' },
      }),
    ).toEqual([
      'opened: [test] https://api.acme.com: warning, API does not answer, the credentials work, 5 applications',
    ]);
    expect(story.lastNotice.notes).toEqual([
      'The credentials work: the provider accepts them and issues tokens. Only the API is failing.',
      'The fix and the evidence are those of a-1.',
    ]);
    expect(story.lastNotice.severity).toBe('warning');
    expect(story.run('11:00', all(5, { cause: 'call-failed', status: 'degraded' }))).toEqual([]);
    expect(story.remind('14:00')).toEqual([
      'reminder: [test] https://api.acme.com: still failing after 4 h, warning, API call fails, the credentials work, 5 applications',
    ]);
    story.run('15:00', all(5, 'healthy'));
    expect(story.lastNotice.what).toBe(
      'https://api.acme.com has recovered. It failed for 5 h: API call fails.',
    );
  });

  it('have the cause that most of them have, and no change of it is recorded', () => {
    const story = new Story({ applications: names(4).map((name) => withCall(name)) });

    story.run('10:00', {
      ...all(4, { cause: 'call-failed', status: 'degraded' }),
      'a-1': 'call-unreachable',
    });

    expect(story.lastNotice.cause?.id).toBe('call-failed');
    expect(story.changes.map(({ event }) => event.kind)).not.toContain('cause');
  });

  it('have an incident for each origin of their APIs', () => {
    const story = new Story({
      applications: [withCall('a'), withCall('b', 'https://other.acme.com/x')],
    });

    expect(story.run('10:00', { a: 'call-unreachable', b: 'call-unreachable' })).toHaveLength(2);
  });

  it('do not move for an edit of the configuration alone', () => {
    const story = new Story({ applications: [withCall('a')] });
    story.run('10:00', { a: 'call-unreachable' });

    story.reconfigure([withCall('a', 'https://other.acme.com/health')]);

    expect(story.run('10:05')).toEqual([]);
    expect(story.run('11:00', { a: 'call-unreachable' })).toHaveLength(2);
  });

  it('fail on their own where the address of the API has no origin', () => {
    const story = new Story({ applications: ['a', withCall('b', 'no address')] });

    expect(story.run('10:00', { a: 'call-unreachable', b: 'call-unreachable' })).toEqual([
      'opened: [test] a: warning, API does not answer',
      'opened: [test] b: warning, API does not answer',
    ]);
  });

  it('share the incident of their issuer for its name, keys and algorithms', () => {
    const story = new Story({ applications: ['a', 'b'] });

    expect(story.run('10:00', { a: 'signing-key-unknown', b: 'signing-key-unknown' })).toEqual([
      'opened: [test] tokens of acme: signing key unknown at acme (Kinde), 2 applications',
    ]);
    expect(story.run('11:00', { a: 'signature-invalid', b: 'signature-invalid' })).toEqual([
      'changed: [test] tokens of acme: now signature invalid at acme (Kinde), 2 applications',
    ]);
    expect(story.lastNotice.what).toContain('Previous cause: signing key unknown.');
  });

  it('name the issuer by its provider where the provider is not configured', () => {
    const story = new Story({ applications: [{ name: 'a', provider: 'other' }] });

    story.run('10:00', { a: 'issuer-mismatch' });

    expect(story.lastNotice.about).toEqual({ kind: 'issuer', name: 'other' });
    expect(story.lastNotice.subject).toBe(
      '[test] tokens of other: issuer mismatch at other, 1 application',
    );
  });

  it('share the provider’s incident when its token quota is used up', () => {
    const story = new Story({ applications: ['a', 'b'] });

    expect(story.run('10:00', { a: 'token-quota-exceeded' })).toEqual([
      'opened: [test] acme (Kinde): token quota exceeded, 1 application',
    ]);
    expect(story.run('10:05', { b: 'token-quota-exceeded' })).toEqual([]);
  });

  it('share the incident of a provider that is down, beside one whose secret is missing', () => {
    const story = new Story({ applications: names(4) });
    const outage = { ...all(4, 'provider-timeout'), 'a-4': 'secret-missing' } as const;
    story.run('10:00', { ...all(4, 'healthy'), 'a-4': 'secret-missing' });

    const notices = [5, 10, 15].flatMap((minute) => story.run(`11:${minute}`, outage));

    expect(notices).toEqual(['opened: [test] acme (Kinde): provider timeout, 3 applications']);
    expect(story.state.providers['acme']?.service?.out).toEqual({
      sinceMs: at('11:05'),
      cause: 'provider-timeout',
    });
  });

  it('have no further notice when a provider fails to answer in another way', () => {
    const story = new Story({ applications: names(3) });
    story.run('10:00', all(3, 'provider-timeout'));

    expect(story.run('10:05', all(3, 'provider-error'))).toEqual([]);
    expect(story.changes.at(-1)?.event).toEqual({
      kind: 'cause',
      from: 'provider-timeout',
      to: 'provider-error',
    });
  });

  it('include those that were not tried, with the cause of those that were', () => {
    const story = new Story({ applications: names(5) });

    expect(
      story.run('10:00', {
        ...all(5, { notTried: 'provider-down' }),
        ...all(3, 'provider-timeout'),
      }),
    ).toEqual(['opened: [test] acme (Kinde): provider timeout, 5 applications']);
  });

  it('do not include those that were not tried while no failure of their provider is known', () => {
    const story = new Story({ applications: ['a'] });

    expect(story.run('10:00', { a: { notTried: 'provider-down' } })).toEqual([]);
  });

  it('have a notice that says so when they move to another incident', () => {
    const story = new Story({ applications: [withCall('a'), withCall('b')] });
    story.run('10:00', { a: 'credentials-rejected' });

    expect(story.run('10:05', { a: 'call-unreachable', b: 'call-unreachable' })).toEqual([
      'recovered: [test] a: continues as another incident',
      'opened: [test] https://api.acme.com: warning, API does not answer, the credentials work, 2 applications',
    ]);
    expect(story.notices.at(-2)?.what).toBe('This incident of a continues as another one.');
    expect(story.lastNotice.since).toBe('2026-11-23T10:05:00.000Z');
  });

  it('are counted anew when they turn from the provider’s failure to one of their own', () => {
    const story = new Story({ applications: names(2), thresholds: { open: 2, close: 1 } });
    expect(story.run('10:00', all(2, 'provider-timeout'))).toEqual([]);
    expect(story.run('10:05', all(2, 'provider-timeout'))).toHaveLength(1);

    expect(story.run('10:10', all(2, 'scope-missing'))).toEqual([
      'recovered: [test] acme (Kinde): recovered after 10 min',
    ]);
    expect(story.run('10:15', all(2, 'scope-missing'))).toHaveLength(2);
  });
});

describe('the start of an incident', () => {
  it('is the first failure of the applications in it', () => {
    const story = new Story({ applications: [withCall('a'), withCall('b')] });
    story.run('10:00', { b: 'secret-unreadable' });
    story.run('10:05', { a: 'call-unreachable' });

    story.run('10:10', { b: 'call-unreachable' });

    expect(Object.values(story.state.incidents)).toMatchObject([{ sinceMs: at('10:00') }]);
  });
});

describe('an application whose provider answers others', () => {
  it('is unhealthy when it fails so three times while a sibling succeeds', () => {
    const story = new Story({ applications: ['a', 'b'] });
    const outcomes = { a: 'provider-error', b: 'healthy' } as const;

    expect(story.run('10:00', outcomes)).toEqual([]);
    expect(story.run('10:05', outcomes)).toEqual([]);
    expect(story.state.applications['a']?.status).toBe('undetermined');
    expect(story.run('10:10', outcomes)).toEqual([
      'opened: [test] a: provider error at acme (Kinde)',
    ]);
    expect(story.state.applications['a']?.status).toBe('unhealthy');
  });

  it('ends the provider’s incident, which then was only its own', () => {
    const story = new Story({ applications: ['a', 'b'] });

    expect(story.run('10:00', { a: 'provider-error', b: 'provider-error' })).toEqual([
      'opened: [test] acme (Kinde): provider error, 2 applications',
    ]);
    expect(story.run('10:05', { a: 'provider-error', b: 'healthy' })).toEqual([
      'recovered: [test] acme (Kinde): recovered after 5 min',
    ]);
    story.run('10:10', { a: 'provider-error' });
    expect(story.run('10:15', { a: 'provider-error' })).toEqual([
      'opened: [test] a: provider error at acme (Kinde)',
    ]);
  });

  it('is its own failure, whichever check of the run ended first', () => {
    const story = new Story({ applications: names(30) });
    const failing = all(3, 'provider-error');
    const others = Object.fromEntries(
      names(30)
        .slice(3)
        .map((name) => [name, 'healthy' as const]),
    );

    const notices = [
      ...story.run('10:00', { ...failing, ...others }),
      ...story.run('10:05', { ...others, ...failing }),
      // The others are not due: those that fail have been set apart, and do not speak for the provider.
      ...[10, 15, 20, 25].flatMap((minute) => story.run(`10:${minute}`, failing)),
    ];

    expect(notices).toEqual(['opened: [test] acme (Kinde): provider error, 3 applications']);
    expect(story.state.providers['acme']?.service?.out).toBeNull();
    expect(names(3).map((name) => story.state.applications[name]?.status)).toEqual(
      names(3).map(() => 'unhealthy'),
    );
  });

  it('is the provider’s where nobody else is checked and it fails repeatedly', () => {
    const story = new Story({ applications: ['a', 'b', 'c', 'd'] });
    story.run('10:00', { a: 'provider-error' });
    story.run('10:05', { a: 'provider-error' });

    expect(story.run('10:10', { a: 'provider-error' })).toEqual([
      'opened: [test] acme (Kinde): provider error, 1 application',
    ]);
  });

  it('is not joined by another one that was served before it failed', () => {
    const thresholds = { open: 2, close: 1 };
    const story = new Story({ applications: ['a', 'b', 'c'], thresholds });
    story.run('10:00', { a: 'provider-error' });
    story.run('10:05', { a: 'provider-error', c: 'healthy' });

    expect(story.run('10:10', { b: 'provider-error' })).toEqual([]);
  });

  it('keeps what is known of it while the provider does not answer', () => {
    const story = new Story({ applications: ['a', 'b'] });
    story.run('10:00', { a: 'scope-missing', b: 'healthy' });

    expect(story.run('10:05', { a: 'provider-timeout' })).toEqual([]);
    expect(story.run('10:10', { b: 'provider-timeout' })).toEqual([
      'opened: [test] acme (Kinde): provider timeout, 1 application',
    ]);
    expect(story.run('10:15', { a: 'scope-missing', b: 'healthy' })).toEqual([
      'recovered: [test] acme (Kinde): recovered after 5 min',
    ]);
  });
});
