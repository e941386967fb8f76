import { execFile } from 'node:child_process';
import { chmod, mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { inspect, promisify } from 'node:util';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createCredentialReader } from '../../../lib/adapters/credentials/credential-reader.ts';
import type { SourceReaders } from '../../../lib/adapters/credentials/place-readers.ts';
import type { CredentialsRead } from '../../../lib/check/ports.ts';
import type { Application } from '../../../lib/core/config/application.ts';
import { parsedConfig } from '../../support/parsed-config.ts';
import { withoutRoot } from '../../support/without-root.ts';

const SECRET = 'a+b&=%/~é ';
const PAIR = { client_id: 'abc', client_secret: SECRET };

let directory: string;

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'm2m-watch-secrets-'));
  await chmod(directory, 0o755);
});

afterEach(async () => {
  await rm(directory, { recursive: true, force: true });
});

describe('credentials in the environment', () => {
  const names = { env: { clientId: 'M2M_ID', clientSecret: 'M2M_SECRET' } };

  it('come from one variable each, whole', async () => {
    const read = await readFrom({
      credentials: names,
      environment: { M2M_ID: 'abc', M2M_SECRET: SECRET },
    });

    expect(revealed(read)).toEqual({ clientId: 'abc', clientSecret: SECRET, secretVersion: null });
  });

  it('are not trimmed', async () => {
    const value = ' \tx\r\n\n';

    const read = await readFrom({
      credentials: names,
      environment: { M2M_ID: 'abc', M2M_SECRET: value },
    });

    expect(revealed(read)).toMatchObject({ clientSecret: value });
  });

  it('come from one variable with a JSON object', async () => {
    const read = await readFrom({
      credentials: { env: 'M2M' },
      environment: { M2M: JSON.stringify(PAIR) },
    });

    expect(revealed(read)).toMatchObject({ clientId: 'abc', clientSecret: SECRET });
  });

  it('are the secret alone beside a literal client id', async () => {
    const read = await readFrom({
      credentials: { env: 'M2M' },
      clientId: 'literal',
      environment: { M2M: '{not json' },
    });

    expect(revealed(read)).toMatchObject({ clientId: 'literal', clientSecret: '{not json' });
  });

  it('are read fresh every time', async () => {
    const environment: Record<string, string> = { M2M: 'one' };
    const reader = createCredentialReader({ environment, baseDirectory: directory });
    const application = applicationWith({ credentials: { env: 'M2M' }, clientId: 'abc' });

    const first = await reader.read(application);
    environment['M2M'] = 'two';
    const second = await reader.read(application);

    expect([first, second].map(revealed)).toMatchObject([
      { clientSecret: 'one' },
      { clientSecret: 'two' },
    ]);
  });

  it.each([
    [{}, 'environment variables M2M_ID and M2M_SECRET are not set'],
    [{ M2M_ID: 'abc' }, 'environment variable M2M_SECRET is not set'],
  ])('are unreadable where only %j is set', async (environment, detail) => {
    const read = await readFrom({ credentials: names, environment });

    const source = 'env M2M_ID, M2M_SECRET';
    expect(read).toEqual({ kind: 'unreadable', reason: 'variable-missing', source, detail });
  });

  it.each([
    [{ M2M_ID: '', M2M_SECRET: '' }, 'environment variables M2M_ID and M2M_SECRET are empty'],
    [{ M2M_ID: 'abc', M2M_SECRET: '' }, 'environment variable M2M_SECRET is empty'],
  ])('are malformed in %j', async (environment, problem) => {
    const read = await readFrom({ credentials: names, environment });

    expect(read).toEqual({ kind: 'malformed', source: 'env M2M_ID, M2M_SECRET', problem });
  });
});

describe('credentials in a file', () => {
  it('come from a JSON object, at a path relative to the configuration', async () => {
    await mkdir(join(directory, 'secrets'));
    await writeFile(join(directory, 'secrets/a.json'), JSON.stringify(PAIR, null, 2));

    const read = await readFrom({ credentials: { file: 'secrets/a.json' } });

    expect(revealed(read)).toEqual({ clientId: 'abc', clientSecret: SECRET, secretVersion: null });
  });

  it('come from fields of other names, through a link, at an absolute path', async () => {
    await writeFile(
      join(directory, 'target'),
      JSON.stringify({ id: 'abc', pass: SECRET, other: 1 }),
    );
    await symlink(join(directory, 'target'), join(directory, 'link'));
    const fields = { clientId: 'id', clientSecret: 'pass' };

    const read = await readFrom({ credentials: { file: join(directory, 'link'), fields } });

    expect(revealed(read)).toMatchObject({ clientId: 'abc', clientSecret: SECRET });
  });

  it.each([
    ['without a line break', SECRET, SECRET],
    ['with one line break', `${SECRET}\n`, SECRET],
    ['with one of Windows', `${SECRET}\r\n`, SECRET],
    ['with two line breaks', `${SECRET}\n\n`, `${SECRET}\n`],
    ['of JSON that is no object', '"quoted"', '"quoted"'],
    ['of digits', '12345', '12345'],
  ])('are the secret alone %s, beside a literal client id', async (_, content, clientSecret) => {
    await writeFile(join(directory, 'secret'), content);

    const read = await readFrom({ credentials: { file: 'secret' }, clientId: 'literal' });

    expect(revealed(read)).toMatchObject({ clientId: 'literal', clientSecret });
  });

  it.each([
    ['is empty', '', null, 'is empty'],
    ['is a line break alone', '\n', 'abc', 'is empty'],
    [
      'is the secret alone',
      SECRET,
      null,
      'is no JSON object with the fields `client_id` and `client_secret`; a secret alone needs a literal clientId in the configuration',
    ],
    [
      'is a JSON list',
      `["${SECRET}"]`,
      null,
      'is no JSON object with the fields `client_id` and `client_secret`; a secret alone needs a literal clientId in the configuration',
    ],
    [
      'lacks a field',
      { client_id: 'a', clientSecret: SECRET },
      null,
      'has no field `client_secret`; it has `client_id`, `clientSecret`',
    ],
    [
      'lacks both fields',
      {},
      null,
      'has no field `client_id`; it has none; has no field `client_secret`; it has none',
    ],
    [
      'has names that may be secrets',
      { [SECRET]: 1, ['x'.repeat(50)]: 2, id: 3 },
      'abc',
      'has no field `client_secret`; it has `id`, 2 others',
    ],
    ['has one such name', { [SECRET]: 1 }, 'abc', 'has no field `client_secret`; it has 1 other'],
    [
      'has the names of prototypes only',
      '{"__proto__": {"client_secret": "x"}}',
      'abc',
      'has no field `client_secret`; it has `__proto__`',
    ],
    [
      'has an empty secret',
      { client_id: 'a', client_secret: '' },
      null,
      'field `client_secret` is empty',
    ],
    [
      'has a number',
      { client_id: 'a', client_secret: 12345 },
      null,
      'field `client_secret` is no text',
    ],
    ['has null', { client_id: null, client_secret: SECRET }, null, 'field `client_id` is no text'],
    [
      'has another client id',
      { ...PAIR, client_id: 'other' },
      'abc',
      "holds another client id in `client_id` than the configuration's clientId",
    ],
    ['is not UTF-8', Buffer.from([0x61, 0xff, 0xfe]), 'abc', 'is not UTF-8'],
    ['is too long', 'x'.repeat(64 * 1024 + 1), 'abc', 'is longer than 64 KiB (65536 bytes)'],
  ])('are malformed where it %s', async (_, content, clientId, problem) => {
    const bytes =
      typeof content === 'string' || Buffer.isBuffer(content) ? content : JSON.stringify(content);
    await writeFile(join(directory, 'secret'), bytes);

    const read = await readFrom({
      credentials: { file: 'secret' },
      ...(clientId === null ? {} : { clientId }),
    });

    expect(read).toEqual({ kind: 'malformed', source: 'file secret', problem });
    expect(JSON.stringify(read)).not.toContain(SECRET);
  });

  it('may have the same client id as the configuration, or any other fields', async () => {
    await writeFile(join(directory, 'secret'), JSON.stringify({ ...PAIR, note: 'x' }));

    const read = await readFrom({ credentials: { file: 'secret' }, clientId: 'abc' });

    expect(revealed(read)).toMatchObject({ clientId: 'abc', clientSecret: SECRET });
  });

  it.each([
    ['is not there', 'none', 'the file does not exist'],
    ['is below a file', 'file/none', 'the file does not exist'],
    ['is a directory', '.', 'the file is a directory'],
    ['is a pipe that nobody writes to', 'pipe', 'the file is no regular file'],
    ['has an impossible name', 'x'.repeat(300), 'the file cannot be read (ENAMETOOLONG)'],
  ])('are unreadable where it %s', async (_, file, detail) => {
    await writeFile(join(directory, 'file'), 'x');
    await promisify(execFile)('mkfifo', [join(directory, 'pipe')]);

    const read = await readFrom({ credentials: { file }, clientId: 'abc' });

    expect(read).toMatchObject({ kind: 'unreadable', reason: 'file-unreadable', detail });
  });

  it('are unreadable without permission', async () => {
    const path = join(directory, 'secret');
    await writeFile(path, 'x');
    await chmod(path, 0o000);

    const read = await withoutRoot(() =>
      readFrom({ credentials: { file: path }, clientId: 'abc' }),
    );

    expect(read).toMatchObject({ detail: 'the file cannot be read: this user has no permission' });
  });
});

describe('createCredentialReader', () => {
  it.each([
    [{ secretsManager: 'm2m/a' }, 'secretsManager m2m/a', 'secretsManager'],
    [{ ssm: '/m2m/a' }, 'ssm /m2m/a', 'ssm'],
  ])('says of %j that no reader is there', async (credentials, source, kind) => {
    const read = await readFrom({ credentials });

    const detail = `reading from ${kind} is not available here`;
    expect(read).toEqual({ kind: 'unreadable', reason: 'not-available', source, detail });
  });

  it.each([
    ['secretsManager', { secretsManager: 'm2m/a' }],
    ['ssm', { ssm: '/m2m/a' }],
    ['env', { env: 'M2M' }],
    ['file', { file: 'x' }],
  ])('reads from %s with the reader that it is given', async (kind, credentials) => {
    const text = JSON.stringify(PAIR);
    const readers: SourceReaders = {
      [kind]: () => Promise.resolve({ kind: 'text', text, secretVersion: 'v1' }),
    };

    const read = await readFrom({ credentials, readers });

    expect(revealed(read)).toEqual({ clientId: 'abc', clientSecret: SECRET, secretVersion: 'v1' });
  });

  it('passes on what a store answers, with the source as configured', async () => {
    const readers: SourceReaders = {
      ssm: () => Promise.resolve({ kind: 'missing', reason: 'not-found' }),
    };

    const read = await readFrom({ credentials: { ssm: '/m2m/a' }, readers });

    expect(read).toEqual({ kind: 'missing', reason: 'not-found', source: 'ssm /m2m/a' });
  });

  it.each([
    [Object.assign(new Error(`reading ${SECRET}`), { code: 'EIO' }), ' (EIO)'],
    [new Error(SECRET), ''],
    [SECRET, ''],
  ])('is not stopped by a reader that throws, and quotes no message', async (thrown, code) => {
    const readers: SourceReaders = { ssm: () => Promise.reject(thrown) };

    const read = await readFrom({ credentials: { ssm: '/m2m/a' }, readers });

    expect(read).toEqual({
      kind: 'unreadable',
      reason: 'other',
      source: 'ssm /m2m/a',
      detail: `the source failed in an unexpected way${code}`,
    });
  });

  it('gives a secret that prints as a mask', async () => {
    const read = await readFrom({
      credentials: { env: 'M2M' },
      clientId: 'abc',
      environment: { M2M: SECRET },
    });

    expect(`${JSON.stringify(read)} ${inspect(read, { depth: 9 })}`).not.toContain(SECRET);
  });
});

interface Ask {
  readonly credentials: Readonly<Record<string, unknown>>;
  readonly clientId?: string;
  readonly environment?: Readonly<Record<string, string>>;
  readonly readers?: SourceReaders;
}

function readFrom({
  environment = {},
  readers = {},
  ...application
}: Ask): Promise<CredentialsRead> {
  const reader = createCredentialReader({ environment, baseDirectory: directory, readers });
  return reader.read(applicationWith(application));
}

function applicationWith(application: Readonly<Record<string, unknown>>): Application {
  const [parsed] = parsedConfig({ application }).applications;
  if (parsed === undefined) throw new Error('the configuration has one application');
  return parsed;
}

function revealed(read: CredentialsRead): unknown {
  if (read.kind !== 'read') return read;
  if (!('clientSecret' in read.credentials)) throw new Error('a key was read');
  const { clientId, clientSecret } = read.credentials;
  return { clientId, clientSecret: clientSecret.reveal(), secretVersion: read.secretVersion };
}
