// A secret at each place of a configuration in turn, in each way in which people get it wrong: no output has it.

import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { App } from 'aws-cdk-lib';
import { describe, expect, it, onTestFinished } from 'vitest';
import { isPair, isScalar, parseDocument, type Scalar, visit } from 'yaml';
import { REPORT_FORMAT_NAMES } from '../../lib/cli/check/report-formats.ts';
import { readConfigFile } from '../../lib/config-file/read-config-file.ts';
import { buildWatchApp } from '../../lib/constructs/watch-app.ts';
import { run } from '../cli/captured-io.ts';
import { configFolder } from '../cli/config-folder.ts';
import { synthContext } from '../constructs/synthesised.ts';
import { RUNS_FACTOR } from '../support/property-runs.ts';
import { findLeaks } from './find-leaks.ts';

/** Every kind of key, each with a value that is accepted; nothing listens at its addresses. */
const CONFIGURATION = `
version: 1
deployment: production
confirmation: { attempts: 0 }
providers:
  acme:
    type: oidc
    dialect: keycloak
    issuer: https://127.0.0.1:9/realms/acme
    endpoints:
      token: https://127.0.0.1:9/token
      keys: https://127.0.0.1:9/keys
    hosts:
      - auth.acme.com
    expectIssuer:
      - https://login.acme.com
    algorithms:
      - RS256
    clientAuthentication: client_secret_basic
    timeoutMs: 500
    proxy: http://127.0.0.1:9
  spare:
    type: oidc
    issuer: https://127.0.0.1:9/spare
    ca:
      file: certificates/ca.pem
applications:
  billing-sync:
    provider: acme
    clientId: billing
    credentials:
      env: BILLING_SECRET
    audience: https://api.acme.com
    scopes:
      - read:invoices
    resource:
      - https://api.acme.com
    tokenParameters:
      organization: org_1234
      api_key:
        file: secrets/key
    expect:
      organization: org_1234
      claims:
        tier: gold
    call:
      url: https://127.0.0.1:9/health
      headers:
        Accept: application/json
        x-api-key:
          env: API_KEY
    owner: payments
    runbook: https://wiki.acme.com/billing
  export:
    provider: acme
    credentials:
      secretsManager: m2m/export
      key: export
      fields:
        clientId: id
        clientSecret: secret
      roleArn: arn:aws:iam::111122223333:role/read-m2m
      region: eu-west-1
    audience: null
  import:
    provider: acme
    credentials:
      env:
        clientId: IMPORT_ID
        clientSecret: IMPORT_SECRET
    audience: null
  signed:
    provider: acme
    clientId: signed
    clientAuthentication: private_key_jwt
    credentials:
      privateKey:
        file: keys/signed.pem
      certificate:
        file: keys/signed.crt
      keyId: key-2026
      algorithm: RS256
      assertionAudience: https://auth.acme.com
    audience: null
maintenance:
  - applications:
      - billing-sync
    cron: 0 2 * * SUN
    timeZone: Europe/Berlin
    durationMinutes: 60
notify:
  email:
    - oncall@acme.com
  slack:
    webhook:
      ssm: /m2m/slack
  pagerDuty:
    routingKey:
      secretsManager: m2m/pager
  webhook:
    url: https://hooks.acme.com/m2m
    secret:
      file: secrets/hook
alarms:
  topicArn: arn:aws:sns:eu-west-1:111122223333:pager
`.trimStart();

const ALPHANUMERIC = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789';

/** The same secrets in every run. */
function randomText(length: number, alphabet: string, seed: number): string {
  let state = seed;
  return Array.from({ length }, () => {
    state = (Math.imul(state, 1_103_515_245) + 12_345) >>> 0;
    return alphabet.charAt((state >>> 8) % alphabet.length);
  }).join('');
}

interface Shape {
  readonly name: string;
  /** What must not be found. */
  readonly secret: string;
  /** What is written into the file. */
  readonly written: string;
  /** Whether it is recognised by itself, wherever it stands. */
  readonly isRecognised: boolean;
}

const LONG = randomText(47, ALPHANUMERIC, 1);
const SHORT = randomText(12, ALPHANUMERIC, 2);
const ODD = randomText(24, `${ALPHANUMERIC}!$%&*()?,;+=~`, 3);
const BASE64 = `${randomText(50, `${ALPHANUMERIC}+/`, 4)}==`;

const SHAPES: readonly Shape[] = [
  { name: 'as of Kinde', secret: LONG, written: LONG, isRecognised: true },
  { name: 'of 12 characters', secret: SHORT, written: SHORT, isRecognised: false },
  { name: 'with punctuation', secret: ODD, written: ODD, isRecognised: false },
  { name: 'in base64', secret: BASE64, written: BASE64, isRecognised: true },
  {
    name: 'as PEM',
    secret: LONG,
    written: `-----BEGIN PRIVATE KEY-----\n${LONG}\n-----END PRIVATE KEY-----\n`,
    isRecognised: true,
  },
  {
    name: 'as JWK',
    secret: LONG,
    written: JSON.stringify({ kty: 'oct', k: LONG }),
    isRecognised: true,
  },
];

/** A key with its value on the same line: where they stand, and how far the line is indented. */
interface Place {
  readonly path: string;
  readonly key: string | null;
  readonly start: number;
  readonly end: number;
  readonly indent: string;
}

/** How a secret gets into the line of a place; null: not at this one. */
const MANNERS: Readonly<Record<string, (place: Place, secret: string) => string | null>> = {
  'as the value': ({ key }, secret) => line(key, JSON.stringify(secret)),
  'as the value, without quotes': ({ key }, secret) => line(key, secret),
  'as the value of a block': ({ key, indent }, secret) =>
    line(key, `|\n${secret.trim().replace(/^/gm, `${indent}    `)}`),
  'as a block of keys': ({ key, indent }, secret) =>
    key === null ? null : `${key}:\n${indent}  ${JSON.stringify(secret)}: 1`,
  'as a list': ({ key }, secret) => line(key, `[${JSON.stringify(secret)}, ${secret}]`),
  'as the key': ({ key }, secret) => (key === null ? null : `${JSON.stringify(secret)}: 1`),
  'as a key that stands twice': ({ key, indent }, secret) =>
    key === null ? null : `${JSON.stringify(secret)}: 1\n${indent}${JSON.stringify(secret)}: 2`,
  'without the space behind the colon': ({ key }, secret) =>
    key === null ? null : `${key}:${secret}`,
  'without the colon': ({ key }, secret) => (key === null ? null : `${key} ${secret}`),
  'in braces, without the space': ({ key }, secret) => line(key, `{ clientSecret:${secret} }`),
  'behind a quote that does not end': ({ key }, secret) => line(key, `"${secret}`),
  'in a bracket that does not end': ({ key }, secret) => line(key, `[${secret}, {`),
  'in a line with a tab': ({ key }, secret) => `\t${line(key, secret)}`,
  'as an alias': ({ key }, secret) => line(key, `*${secret}`),
  'as an anchor': ({ key }, secret) => line(key, `&${secret} x`),
  'as a tag': ({ key }, secret) => line(key, `!${secret} x`),
  'in binary': ({ key }, secret) => line(key, `!!binary ${secret}`),
  'as a set': ({ key }, secret) => line(key, `? ${secret}`),
};

function line(key: string | null, value: string): string {
  return key === null ? value : `${key}: ${value}`;
}

function placesOf(text: string): readonly Place[] {
  const places: Place[] = [];
  visit(parseDocument(text), {
    Scalar: (role, node, ancestors) => {
      if (role === 'key') return;
      const pairs = ancestors.filter((each) => isPair(each));
      const path = pairs.map(({ key }) => String((key as Scalar).value)).join('.');
      const parent = ancestors.at(-1);
      const own = isPair(parent) && isScalar(parent.key) ? parent.key : null;
      const start = (own ?? node).range?.[0] ?? 0;
      const lineStart = text.lastIndexOf('\n', start - 1) + 1;
      const indent = ' '.repeat(/^ */.exec(text.slice(lineStart))?.[0].length ?? 0);
      const end = node.range?.[1] ?? 0;
      places.push({ path, key: own === null ? null : String(own.value), start, end, indent });
    },
  });
  return places;
}

/** The manners that are tried at each place; of the others, each at every third, unless there is time for all. */
const EVERYWHERE: ReadonlySet<string> = new Set([
  'as the value',
  'as the key',
  'without the space behind the colon',
  'behind a quote that does not end',
]);

/** Keys that lead to where a secret is kept: nothing that stands there is shown by design. */
const LEADS_TO_SECRET = /\.(?:credentials|api_key|x-api-key|webhook|routingKey|secret)\./;

/** Parts of a secret as they are, and of one that is long enough in any encoding. */
function leaksIn(output: string, shape: Shape): readonly string[] {
  const { secret } = shape;
  return [
    ...plainLeaksIn(output, shape),
    ...(secret.length > 16 ? findLeaks(output, [secret]) : []),
  ];
}

function plainLeaksIn(output: string, { secret }: Shape): readonly string[] {
  const windows = Array.from({ length: secret.length - 7 }, (_, at) => secret.slice(at, at + 8));
  const lower = output.toLowerCase();
  return windows.filter((window) => lower.includes(window.toLowerCase()));
}

async function said(argv: readonly string[], cwd: string): Promise<string> {
  const environment = { M2M_WATCH_DEBUG: '1' };
  const { stdout, stderr } = await run(argv, { cwd, environment });
  return `${stdout}\n${stderr}`;
}

async function synthesised(cwd: string): Promise<string> {
  const lines: string[] = [];
  const app = new App({ context: synthContext(), outdir: join(cwd, 'cdk.out') });
  const file = await readConfigFile(join(cwd, 'm2m-watch.yaml'));
  buildWatchApp(app, { file, baseDirectory: cwd, isExample: false, say: (one) => lines.push(one) });
  return lines.join('\n');
}

const REFUSING = [
  ['check', '--format', 'json'],
  ['serve', '--state', 'state.db'],
  ['init', '--add', '--issuer', 'https://other.acme.com', '--client-id', 'other', '--no-audience'],
  ['decode', '--app', 'billing-sync'],
  ['notify', '--test'],
];

/** What every command says of a file, as far as it reads it. */
async function outputsOf(cwd: string, place: string, turn: number, isRecognised: boolean) {
  const isValid = (await readConfigFile(join(cwd, 'm2m-watch.yaml'))).ok;
  const outputs = [await said(['validate'], cwd)];
  const argv = REFUSING[turn % (REFUSING.length + 1)];
  // Every command reads the file in the same way; each sees each manner, and each place.
  if (argv === undefined) outputs.push(await synthesised(cwd));
  else if (!isValid) outputs.push(await said(argv, cwd));
  if (!isValid) return outputs.join('\n');
  if (isRecognised || LEADS_TO_SECRET.test(`.${place}.`)) {
    const format = REPORT_FORMAT_NAMES[turn % REPORT_FORMAT_NAMES.length] ?? 'json';
    outputs.push(await said(['validate', '--credentials'], cwd));
    outputs.push(await said(['validate', '--cost', '--json'], cwd));
    outputs.push(await said(['check', '--format', format], cwd));
  }
  return outputs.join('\n');
}

async function emptyFolder(): Promise<string> {
  const folder = await configFolder({});
  onTestFinished(() => folder.remove());
  return folder.path;
}

describe('a secret in a configuration', () => {
  it.each(Object.entries(MANNERS))(
    'is in no output, wherever it stands: %s',
    async (manner, plant) => {
      const cwd = await emptyFolder();
      const places = placesOf(CONFIGURATION);
      const leaks: string[] = [];
      let all = '';
      let turn = Object.keys(MANNERS).indexOf(manner);

      for (const place of places) {
        turn += 1;
        if (RUNS_FACTOR === 1 && !EVERYWHERE.has(manner) && turn % 3 !== 0) continue;
        const shapes =
          RUNS_FACTOR > 1
            ? SHAPES
            : SHAPES.filter((_, at) => at === Math.floor(turn / 3) % SHAPES.length);
        for (const shape of shapes) {
          const planted = plant(place, shape.written);
          if (planted === null) continue;
          const text =
            CONFIGURATION.slice(0, place.start) + planted + CONFIGURATION.slice(place.end);
          await writeFile(join(cwd, 'm2m-watch.yaml'), text);
          const output = await outputsOf(cwd, place.path, turn, shape.isRecognised);
          all += output;
          if (plainLeaksIn(output, shape).length > 0)
            leaks.push(`${place.path} ${shape.name}: ${output.slice(0, 600)}`);
        }
      }

      expect(places.length).toBeGreaterThan(50);
      expect(leaks).toEqual([]);
      expect(SHAPES.flatMap((shape) => leaksIn(all, shape))).toEqual([]);
    },
  );

  it.each(SHAPES)('is in no output of a JSON that ends in its middle: $name', async (shape) => {
    const cwd = await emptyFolder();
    const written = JSON.stringify({ applications: { a: { credentials: shape.written, x: 1 } } });
    const from = written.indexOf(shape.secret.slice(0, 4));

    for (const end of [from + 10, from + shape.secret.length, written.length - 2]) {
      await writeFile(join(cwd, 'm2m-watch.yaml'), written.slice(0, end));

      expect(leaksIn(await outputsOf(cwd, '', end, true), shape)).toEqual([]);
    }
  });

  it.each(SHAPES)('is in no output where a line of .env holds it alone: $name', async (shape) => {
    const cwd = await emptyFolder();
    await writeFile(join(cwd, 'm2m-watch.yaml'), CONFIGURATION);
    // Padding would make it the assignment of an empty value.
    const written = shape.written.replace(/=+$/, '');
    await writeFile(join(cwd, '.env'), `${written}\nBILLING_SECRET ${written}\n`);

    const outputs = [
      await said(['validate', '--credentials'], cwd),
      await said(['check', '--app', 'billing-sync'], cwd),
    ].join('\n');

    expect(outputs).toContain('.env:1 is ignored: write NAME=value');
    expect(leaksIn(outputs, shape)).toEqual([]);
  });
});

it('is a test of a configuration that is accepted as it is', async () => {
  const cwd = await emptyFolder();
  await writeFile(join(cwd, 'm2m-watch.yaml'), CONFIGURATION);

  expect(await said(['validate'], cwd)).toContain('m2m-watch.yaml is valid: 4 applications');
});
