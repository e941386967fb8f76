import { beforeEach, describe, expect, it, onTestFinished, vi } from 'vitest';
import { createAwsSources } from '../../../lib/adapters/credentials/aws-sources.ts';
import { READ_AHEAD_MAX_AGE_MS } from '../../../lib/adapters/credentials/aws-store.ts';
import type { SourceOf } from '../../../lib/adapters/credentials/place-readers.ts';
import { AwsRefusal, type FakeAws, startFakeAws } from '../../support/fake-aws.ts';

const FIELDS = { clientId: 'client_id', clientSecret: 'client_secret' };

function secret(
  name: string,
  parts: Partial<SourceOf<'secretsManager'>> = {},
): SourceOf<'secretsManager'> {
  return { secretsManager: name, key: null, roleArn: null, region: null, fields: FIELDS, ...parts };
}

function parameter(name: string): SourceOf<'ssm'> {
  return { ssm: name, fields: FIELDS };
}

let aws: FakeAws;
let nowMs: number;

beforeEach(async () => {
  aws = await startFakeAws();
  onTestFinished(() => aws.close());
  nowMs = 0;
  for (const [name, value] of Object.entries(aws.environment)) vi.stubEnv(name, value);
});

function sources() {
  return createAwsSources({ clock: { monotonicMs: () => nowMs } });
}

/** Answers both operations with a text for each name; names that are not there are not found. */
function keep(texts: Readonly<Record<string, string>>): void {
  const value = (name: string, region: string) => ({
    ARN: `arn:aws:secretsmanager:${region}:123456789012:secret:${name}-AbCdEf`,
    Name: name,
    VersionId: `v-${name}`,
    SecretString: texts[name],
  });
  aws.answer('GetSecretValue', ({ SecretId: id }, { region }) => value(nameOf(String(id)), region));
  aws.answer('BatchGetSecretValue', ({ SecretIdList: ids }, { region }) => ({
    SecretValues: (ids as readonly string[]).map((id) => value(nameOf(id), region)),
  }));
}

function nameOf(id: string): string {
  return /:secret:(.+?)(-[A-Za-z0-9]{6})?$/.exec(id)?.[1] ?? id;
}

const READ = { kind: 'text', secretVersion: expect.any(String) };

describe('secrets of Secrets Manager', () => {
  it('are read ahead in pages of 20, each value used once, and by themselves afterwards', async () => {
    const names = Array.from({ length: 45 }, (_, index) => `m2m/${index}`);
    keep(Object.fromEntries(names.map((name) => [name, `text of ${name}`])));
    const { prefetch, readers } = sources();

    await prefetch(names.map((name) => secret(name)));
    const first = await Promise.all(names.map((name) => readers.secretsManager(secret(name))));
    const pages = aws.calls('BatchGetSecretValue').map(({ input }) => input['SecretIdList']);
    await readers.secretsManager(secret('m2m/7'));

    expect(pages.map((ids) => (ids as string[]).length).toSorted()).toEqual([20, 20, 5]);
    expect(first).toEqual(
      names.map((name) => ({ kind: 'text', text: `text of ${name}`, secretVersion: `v-${name}` })),
    );
    expect(aws.calls('GetSecretValue').map(({ input }) => input)).toEqual([{ SecretId: 'm2m/7' }]);
  });

  it('follow a page that the answer does not hold whole', async () => {
    aws.answer('BatchGetSecretValue', ({ NextToken: token }) => {
      const name = token === undefined ? 'one' : 'two';
      return {
        SecretValues: [{ Name: name, SecretString: name, VersionId: 'v' }],
        ...(token === undefined ? { NextToken: 'more' } : {}),
      };
    });
    const { prefetch, readers } = sources();

    await prefetch([secret('one'), secret('two')]);

    expect(await readers.secretsManager(secret('two'))).toMatchObject({ text: 'two' });
    expect(aws.calls('BatchGetSecretValue')).toHaveLength(2);
    expect(aws.calls('GetSecretValue')).toEqual([]);
  });

  it.each([
    ['ResourceNotFoundException', '', { kind: 'missing', reason: 'not-found' }],
    [
      'ResourceNotFoundException',
      "can't find the specified secret value for staging label: AWSCURRENT",
      { kind: 'missing', reason: 'no-current-version' },
    ],
    [
      'InvalidRequestException',
      "You can't perform this operation on the secret because it was marked for deletion.",
      { kind: 'missing', reason: 'pending-deletion' },
    ],
    ['AccessDeniedException', '', { kind: 'unreadable', reason: 'access-denied' }],
    [
      'AccessDeniedException',
      'Access to KMS is not allowed',
      { kind: 'unreadable', reason: 'key-denied' },
    ],
    ['DecryptionFailure', '', { kind: 'unreadable', reason: 'key-denied' }],
    ['UnrecognizedClientException', '', { kind: 'unreadable', reason: 'no-login' }],
    ['InternalServiceError', '', { kind: 'unreadable', reason: 'other' }],
  ])(
    'that are refused alone with %s %j leave the others of the page as they are',
    async (code, message, read) => {
      aws.answer('BatchGetSecretValue', () => ({
        SecretValues: [{ Name: 'readable', SecretString: 'text', VersionId: 'v' }],
        Errors: [{ SecretId: 'refused', ErrorCode: code, Message: message }],
      }));
      const { prefetch, readers } = sources();

      await prefetch([secret('readable'), secret('refused')]);

      expect(await readers.secretsManager(secret('readable'))).toMatchObject(READ);
      expect(await readers.secretsManager(secret('refused'))).toMatchObject(read);
      expect(aws.calls('GetSecretValue')).toEqual([]);
    },
  );

  it('that are throttled in a page get another chance by themselves', async () => {
    keep({ one: 'text' });
    aws.answer('BatchGetSecretValue', () => ({
      Errors: [{ SecretId: 'one', ErrorCode: 'ThrottlingException', Message: 'slow' }],
    }));
    const { prefetch, readers } = sources();

    await prefetch([secret('one')]);

    expect(await readers.secretsManager(secret('one'))).toMatchObject(READ);
  });

  it('are retried with back-off while the store throttles, and then reported as throttled', async () => {
    aws.answer('GetSecretValue', () => {
      throw new AwsRefusal('ThrottlingException', { message: 'Rate exceeded' });
    });

    const read = await sources().readers.secretsManager(secret('one'));

    expect(read).toEqual({
      kind: 'unreadable',
      reason: 'throttled',
      detail: 'ThrottlingException',
    });
    expect(aws.calls('GetSecretValue').length).toBeGreaterThan(1);
  });

  it('that share a secret with `key` cost one reading of it, and get their own entry', async () => {
    keep({ shared: JSON.stringify({ a: 'text of a', b: { client_id: 'b' }, c: 7 }) });
    const { prefetch, readers } = sources();
    const of = (key: string) => secret('shared', { key });

    await prefetch([of('a'), of('b'), of('c'), of('d')]);
    const reads = await Promise.all(
      ['a', 'b', 'c', 'd'].map((key) => readers.secretsManager(of(key))),
    );

    expect(aws.calls().map(({ input }) => input['SecretIdList'])).toEqual([['shared']]);
    expect(reads).toEqual([
      { kind: 'text', text: 'text of a', secretVersion: 'v-shared' },
      { kind: 'text', text: '{"client_id":"b"}', secretVersion: 'v-shared' },
      { kind: 'malformed', problem: 'entry `c` is neither text nor an object' },
      { kind: 'malformed', problem: 'has no entry `d`' },
    ]);
  });

  it.each(['no json', '["a"]', 'null'])(
    'with `key` must be a JSON object, which %s is not',
    async (text) => {
      keep({ shared: text });

      const read = await sources().readers.secretsManager(secret('shared', { key: 'a' }));

      expect(read).toMatchObject({
        kind: 'malformed',
        problem: expect.stringMatching(/no JSON object/),
      });
    },
  );

  it('of other Regions are read there, by `region` or by their ARN', async () => {
    keep({ a: 'a', b: 'b', c: 'c' });
    const { prefetch, readers } = sources();
    const all = [
      secret('a'),
      secret('b', { region: 'eu-west-1' }),
      secret('arn:aws:secretsmanager:ap-southeast-2:123456789012:secret:c'),
    ];

    await prefetch(all);
    const reads = await Promise.all(all.map((each) => readers.secretsManager(each)));

    expect(reads).toMatchObject([{ text: 'a' }, { text: 'b' }, { text: 'c' }]);
    expect(
      aws
        .calls()
        .map(({ region }) => region)
        .toSorted(),
    ).toEqual(['ap-southeast-2', 'eu-west-1', 'us-east-1']);
    expect(aws.calls('GetSecretValue')).toEqual([]);
  });

  it('of other accounts are read with the role that is named, which is assumed once', async () => {
    keep({ a: 'a', b: 'b' });
    aws.answer('AssumeRole', () => ({
      Credentials: {
        AccessKeyId: 'ASIAOTHER',
        SecretAccessKey: 'other',
        SessionToken: 'token',
        Expiration: '2099-01-01T00:00:00Z',
      },
    }));
    const roleArn = 'arn:aws:iam::111122223333:role/readers';
    const { prefetch, readers } = sources();
    const all = [secret('a', { roleArn }), secret('b', { roleArn }), secret('a')];

    await prefetch(all);
    const reads = await Promise.all(all.map((each) => readers.secretsManager(each)));

    expect(reads).toMatchObject([{ text: 'a' }, { text: 'b' }, { text: 'a' }]);
    expect(aws.calls('AssumeRole').map(({ input }) => input)).toMatchObject([
      { RoleArn: roleArn, RoleSessionName: 'm2m-watch', DurationSeconds: '900' },
    ]);
    const readBy = aws.calls('BatchGetSecretValue').map(({ accessKeyId }) => accessKeyId);
    expect(readBy.toSorted()).toEqual(['AKIAFAKE', 'ASIAOTHER']);
  });

  it('of another account are unreadable where the role may not be assumed', async () => {
    aws.answer('AssumeRole', () => {
      throw new AwsRefusal('AccessDenied', { message: 'not authorized to perform', status: 403 });
    });
    const { prefetch, readers } = sources();
    const far = secret('a', { roleArn: 'arn:aws:iam::111122223333:role/readers' });

    await prefetch([far]);

    expect(await readers.secretsManager(far)).toEqual({
      kind: 'unreadable',
      reason: 'access-denied',
      detail: 'AccessDenied',
    });
  });

  it('that are binary are malformed', async () => {
    aws.answer('GetSecretValue', () => ({ SecretBinary: 'AAAA', VersionId: 'v' }));

    const read = await sources().readers.secretsManager(secret('one'));

    expect(read).toEqual({ kind: 'malformed', problem: 'is binary; it must be text' });
  });

  it('are read again once what was read ahead has waited for too long, or a run begins', async () => {
    keep({ one: 'text' });
    const { prefetch, readers } = sources();

    await prefetch([secret('one')]);
    nowMs += READ_AHEAD_MAX_AGE_MS + 1;
    await readers.secretsManager(secret('one'));
    await prefetch([secret('one')]);
    await prefetch([secret('other')]);
    await readers.secretsManager(secret('one'));

    expect(aws.calls('GetSecretValue')).toHaveLength(2);
  });

  it('do not show what the store says in its message', async () => {
    aws.answer('GetSecretValue', () => {
      throw new AwsRefusal('Odd code with planted-secret', { message: 'planted-secret' });
    });

    const read = await sources().readers.secretsManager(secret('one'));

    expect(JSON.stringify(read)).not.toContain('planted-secret');
  });
});

describe('parameters of Systems Manager', () => {
  it('are read ahead in pages of 10, decrypted, with their number as the version', async () => {
    const names = Array.from({ length: 12 }, (_, index) => `/m2m/${index}`);
    aws.answer('GetParameters', ({ Names: asked }) => ({
      Parameters: (asked as readonly string[]).map((Name) => ({
        Name,
        Value: `of ${Name}`,
        Version: 4,
      })),
    }));
    const { prefetch, readers } = sources();

    await prefetch(names.map(parameter));
    const reads = await Promise.all(names.map((name) => readers.ssm(parameter(name))));

    expect(aws.calls().map(({ operation, input }) => [operation, input['WithDecryption']])).toEqual(
      [
        ['GetParameters', true],
        ['GetParameters', true],
      ],
    );
    expect(reads).toEqual(
      names.map((name) => ({ kind: 'text', text: `of ${name}`, secretVersion: '4' })),
    );
  });

  it('that are not there are missing, and leave the others of the page as they are', async () => {
    aws.answer('GetParameters', () => ({
      Parameters: [{ Name: '/well', Value: 'text', Version: 1 }],
      InvalidParameters: ['/gone'],
    }));
    const { prefetch, readers } = sources();

    await prefetch([parameter('/well'), parameter('/gone')]);

    expect(await readers.ssm(parameter('/well'))).toMatchObject(READ);
    expect(await readers.ssm(parameter('/gone'))).toEqual({ kind: 'missing', reason: 'not-found' });
    expect(aws.calls()).toHaveLength(1);
  });

  it('are read by themselves where one that is denied fails the whole page', async () => {
    aws.answer('GetParameters', () => {
      throw new AwsRefusal('AccessDeniedException');
    });
    aws.answer('GetParameter', ({ Name: name }) => {
      if (name === '/denied') throw new AwsRefusal('AccessDeniedException');
      return { Parameter: { Value: 'text', Version: 2 } };
    });
    const { prefetch, readers } = sources();

    await prefetch([parameter('/well'), parameter('/denied')]);

    expect(await readers.ssm(parameter('/well'))).toMatchObject(READ);
    expect(await readers.ssm(parameter('/denied'))).toMatchObject({ reason: 'access-denied' });
  });

  it.each([
    ['ParameterNotFound', '', { kind: 'missing', reason: 'not-found' }],
    ['InvalidKeyId', '', { kind: 'unreadable', reason: 'key-denied' }],
  ])('that are refused with %s are reported as such', async (code, message, read) => {
    aws.answer('GetParameter', () => {
      throw new AwsRefusal(code, { message });
    });

    expect(await sources().readers.ssm(parameter('/one'))).toMatchObject(read);
  });
});
