import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { REPORT_FORMAT_NAMES } from '../../lib/cli/check/report-formats.ts';
import { run } from '../cli/captured-io.ts';
import { KEY_PAIRS, type KeyScenario, pemOf, startKeyScenario } from '../support/key-scenario.ts';
import { ECHO_ENCODINGS } from './echo-encodings.ts';
import { findLeaks } from './find-leaks.ts';

/** All that a check prints and keeps, in every format and from the commands that read the key. */
async function everyOutput({ folder }: KeyScenario): Promise<string> {
  const state = join(folder, 'state.sqlite');
  const commands = [
    ...REPORT_FORMAT_NAMES.map((format) => ['check', '--format', format, '--state', state]),
    ['validate', '--credentials'],
  ];
  const outputs: string[] = [];
  for (const command of commands) {
    const { stdout, stderr } = await run(command, { cwd: folder });
    outputs.push(stdout, stderr);
  }
  return [...outputs, await readFile(state, 'latin1').catch(() => '')].join('\n');
}

/** The parts of a key that nobody may see: the lines of its PEM, and the private members of its JWK. */
function secretsOfKey({ pair: { privateKey } }: KeyScenario): readonly string[] {
  const { d = '', p = '', q = '' } = privateKey.export({ format: 'jwk' });
  const lines = pemOf(privateKey)
    .split('\n')
    .filter((line) => /^[A-Za-z0-9+/=]{16,}$/.test(line));
  return [...lines, d, p, q].filter((text) => text !== '');
}

describe('a private key, and what it signs', () => {
  it.each(Object.entries(ECHO_ENCODINGS))(
    'are in no output of a server that gives the request back %s',
    async (_, encode) => {
      const assertions: string[] = [];
      const scenario = await startKeyScenario({
        issuer: {
          refuse: ({ parameters }) => {
            const assertion = parameters.get('client_assertion') ?? '';
            assertions.push(assertion);
            const [, payload = '', signature = ''] = assertion.split('.');
            const said = `${encode(assertion)} / ${encode(payload)} / ${encode(signature)}`;
            const body = { error: 'invalid_client', error_description: `Bad assertion ${said}` };
            return { status: 401, body };
          },
        },
      });
      await scenario.configure();

      const output = await everyOutput(scenario);

      expect(assertions).not.toEqual([]);
      expect(output).toContain('invalid_client');
      const signatures = assertions.map((assertion) => assertion.split('.')[2] ?? '');
      expect(findLeaks(output, [...signatures, ...secretsOfKey(scenario)])).toEqual([]);
    },
  );

  it.each([
    ['cut off', (pem: string) => pem.slice(0, -40)],
    ['with text after it', (pem: string) => `${pem}${pem.slice(30, 90)}`],
    ['with a damaged line', (pem: string) => pem.replace('\nM', '\n?')],
    ['twice', (pem: string) => pem + pem],
    ['without its frame', (pem: string) => pem.replace(/-----.*-----/g, '')],
    ['as text in JSON', (pem: string) => JSON.stringify({ key: pem })],
    ['in damaged JSON', (pem: string) => `{"key": "${pem}`],
    ['as another kind', (pem: string) => pem.replaceAll('PRIVATE KEY', 'PUBLIC KEY')],
  ])('are in no output where the key is stored %s', async (_, spoil) => {
    const scenario = await startKeyScenario({ pair: KEY_PAIRS.RSA() });
    await scenario.configure();
    await scenario.write('key.pem', spoil(pemOf(scenario.pair.privateKey)));

    const output = await everyOutput(scenario);

    expect(output).toContain('secret-malformed');
    expect(findLeaks(output, secretsOfKey(scenario))).toEqual([]);
    expect(scenario.tokenRequests).toEqual([]);
  });

  it('are in no message about a configuration that holds the key itself', async () => {
    const scenario = await startKeyScenario({ pair: KEY_PAIRS.RSA() });
    const pem = pemOf(scenario.pair.privateKey);
    const line = pem.replaceAll('\n', ' ');
    const outputs: string[] = [];
    for (const privateKey of [pem, line, { file: line }, { file: pem }, { env: line }, { pem }]) {
      await scenario.configure({ application: { credentials: { privateKey } } });
      for (const command of [['check'], ['validate']]) {
        const { status, stdout, stderr } = await run(command, { cwd: scenario.folder });
        expect(status).toBe(2);
        outputs.push(stdout, stderr);
      }
    }

    expect(findLeaks(outputs.join('\n'), secretsOfKey(scenario))).toEqual([]);
  });
});
