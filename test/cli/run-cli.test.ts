import { describe, expect, it } from 'vitest';
import { quote } from '../../lib/cli/command.ts';
import { internalErrorLines } from '../../lib/cli/run-cli.ts';
import manifest from '../../package.json' with { type: 'json' };
import { run } from './captured-io.ts';

describe('runCli', () => {
  it('prints the version', async () => {
    expect(await run(['--version'])).toEqual({
      status: 0,
      stdout: `${manifest.version}\n`,
      stderr: '',
    });
  });

  it.each([[['--help']], [['help']]])('prints the help of the program for %j', async (argv) => {
    const { status, stdout, stderr } = await run(argv);

    expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
    for (const command of [
      'check',
      'validate',
      'explain',
      'decode',
      'compare',
      'causes',
      'demo',
      'help',
    ]) {
      expect(stdout).toMatch(new RegExp(`^ {2}${command} `, 'm'));
    }
  });

  it.each(['check', 'validate', 'explain', 'decode', 'compare', 'causes', 'demo'])(
    'helps with %s by examples',
    async (command) => {
      const asked = await run(['help', command]);

      expect(asked.status).toBe(0);
      expect(asked.stdout.match(/ {2}npx m2m-watch /g)?.length).toBeGreaterThanOrEqual(2);
      expect(await run([command, '--help'])).toEqual(asked);
    },
  );

  it('fits the help into a narrow terminal', async () => {
    const { stdout } = await run(['--help'], { isTerminal: true, columns: 60 });

    const [usage = ''] = stdout.split('\n\nStart with');
    expect(usage.split('\n').filter((line) => line.length > 60)).toEqual([]);
  });

  it.each([
    [['chek'], 'unknown command `chek` (Did you mean check?); see `m2m-watch --help`'],
    [['xyz'], 'unknown command `xyz`; see `m2m-watch --help`'],
    [['help', 'xyz'], 'unknown command `xyz`; see `m2m-watch --help`'],
    [['help', 'chek'], 'unknown command `chek` (Did you mean check?); see `m2m-watch --help`'],
    [['--verison'], 'unknown option `--verison` (Did you mean --version?); see `m2m-watch --help`'],
    [
      ['check', '--fromat', 'json'],
      'unknown option `--fromat` (Did you mean --format?); see `m2m-watch check --help`',
    ],
    [['check', '--fromat=json'], 'unknown option `--fromat`; see `m2m-watch check --help`'],
    [
      ['check', '--format', 'jsno'],
      "option '-f, --format <FORMAT>' argument `jsno` is invalid. Allowed choices are table, json, junit, prometheus; see `m2m-watch check --help`",
    ],
    [
      ['check', '--fail-on', 'never'],
      "option '--fail-on <STATUS>' argument `never` is invalid. Allowed choices are unhealthy, degraded, undetermined; see `m2m-watch check --help`",
    ],
    [
      ['check', 'billing-sync'],
      "too many arguments for 'check'. Expected 0 arguments; see `m2m-watch check --help`",
    ],
    [
      ['causes', 'a', 'b'],
      "too many arguments for 'causes'. Expected 1 argument; see `m2m-watch causes --help`",
    ],
    [
      ['check', '--no-audience', '--audience', 'https://api.acme.com'],
      '--audience and --no-audience were both given: give one of them',
    ],
    [
      ['init', '--audience', 'https://api.acme.com', '--no-audience'],
      '--audience and --no-audience were both given: give one of them',
    ],
    [
      ['check', '--config'],
      "option '-c, --config <FILE>' argument missing; see `m2m-watch check --help`",
    ],
  ])('answers %j in one line and with status 2', async (argv, line) => {
    expect(await run(argv)).toEqual({ status: 2, stdout: '', stderr: `m2m-watch: ${line}\n` });
  });

  it('asks for a command, after the help, where there is none', async () => {
    const { status, stdout, stderr } = await run([]);

    expect({ status, stdout }).toEqual({ status: 2, stdout: '' });
    expect(stderr).toMatch(/^Usage: m2m-watch COMMAND/);
    expect(stderr).toMatch(/m2m-watch: name a command, for example `check` or `demo`\n$/);
  });

  it('escapes what was typed', async () => {
    const { stderr } = await run(['check', '--format', '\u001b[31mred']);

    expect(stderr).toContain('`\\u{1b}[31mred`');
  });

  it.each([
    [['TOKEN']],
    [['--TOKEN']],
    [['check', 'TOKEN']],
    [['check', '--secret=TOKEN']],
    [['check', "--x'\nTOKEN"]],
    [['check', '--format', "x' is invalid. TOKEN"]],
    [['causes', 'TOKEN']],
  ])('does not repeat a token that was pasted at the wrong place: %j', async (argv) => {
    const token = `eyJhbGciOiJSUzI1NiIsInR5cCI6ImF0K2p3dCJ9.${'payload'.repeat(9)}.c2ln`;

    const { status, stderr } = await run(argv.map((part) => part.replace('TOKEN', token)));

    expect(status).toBe(2);
    expect(stderr).not.toContain('payload');
  });
});

describe('quote', () => {
  it('keeps names whole, and cuts what is longer', () => {
    expect(quote('a'.repeat(40))).toBe(`\`${'a'.repeat(40)}\``);
    expect(quote('a'.repeat(41))).toBe(`\`${'a'.repeat(40)}…\``);
  });
});

describe('internalErrorLines', () => {
  const fault = Object.assign(new TypeError('secret-value', { cause: new Error('other-secret') }), {
    code: 'ERR_X',
  });

  it('names a fault without its message, and says whose it is', () => {
    expect(internalErrorLines(fault, {})).toEqual([
      'unexpected TypeError ERR_X',
      expect.stringMatching(/^this is an internal error of m2m-watch, please report it/),
    ]);
  });

  it('adds the places in the code on request, still without messages', () => {
    const text = internalErrorLines(fault, { M2M_WATCH_DEBUG: '1' }).join('\n');

    expect(text).toMatch(/\n {4}at .*run-cli\.test\.ts/);
    expect(text).toContain('\ncaused by Error\n');
    expect(text).not.toContain('secret');
  });

  it.each([
    ['text', 'unexpected thrown string'],
    [null, 'unexpected thrown null'],
  ])('names what is no error: %j', (thrown, line) => {
    expect(internalErrorLines(thrown, { M2M_WATCH_DEBUG: '1' })[0]).toBe(line);
  });
});
