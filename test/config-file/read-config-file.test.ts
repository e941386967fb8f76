import { chmod, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { readConfigFile, readConfigText } from '../../lib/config-file/read-config-file.ts';
import { renderFileProblem } from '../../lib/core/config/config-problems.ts';
import { measureCpuMs } from '../support/time-limits.ts';
import { withoutRoot } from '../support/without-root.ts';

const VALID = `version: 1
providers:
  acme:
    type: kinde
    issuer: https://acme.kinde.com
applications:
  billing-sync:
    provider: acme
    credentials:
      env: { clientId: M2M_ID, clientSecret: M2M_SECRET }
    audience: https://api.acme.com
`;

const NOT_YAML = 'is no valid YAML here: ';
const TOO_DEEP = 'holds blocks within blocks too deeply';

let directory: string;

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'm2m-watch-config-'));
  await chmod(directory, 0o755);
});

afterEach(async () => {
  await rm(directory, { recursive: true, force: true });
});

describe('readConfigFile', () => {
  it('reads YAML', async () => {
    const path = await fileWith(VALID);

    const read = await readConfigFile(path);

    expect(read).toMatchObject({
      ok: true,
      value: {
        config: { applications: [{ name: 'billing-sync', everyMinutes: 60 }] },
        warnings: [],
      },
    });
  });

  it('reads JSON, with the lines of its problems', async () => {
    const json = {
      version: 1,
      providers: { acme: { type: 'kinde', issuer: 7 } },
      applications: {},
    };
    const path = await fileWith(JSON.stringify(json, null, 2), 'm2m-watch.json');

    const read = await readConfigFile(path);

    expect(linesOf(read)).toEqual([
      `${path}:6:7 providers.acme.issuer must be text, and is a whole number`,
    ]);
  });

  it('reads a file with a byte order mark', async () => {
    const path = await fileWith(`\uFEFF${VALID}`);

    const read = await readConfigFile(path);

    expect(read).toMatchObject({ ok: true });
  });

  it('reads the example without a problem or a warning', async () => {
    const path = join(import.meta.dirname, '../../examples/m2m-watch.yaml');

    const read = await readConfigFile(path);

    expect(read).toMatchObject({ ok: true, value: { warnings: [] } });
  });

  it.each([
    [
      'no such file',
      async () => join(directory, 'none.yaml'),
      'does not exist: name another with --config, or start from examples/m2m-watch.yaml',
    ],
    [
      'a file used as a directory',
      async () => join(await fileWith('x'), 'a.yaml'),
      'does not exist: name another with --config, or start from examples/m2m-watch.yaml',
    ],
    [
      'a directory',
      async () => directoryNamed('config'),
      'is a directory: name a file in it, such as config/m2m-watch.yaml',
    ],
    [
      'an empty file',
      async () => fileWith(''),
      ':1:1 is empty: start from examples/m2m-watch.yaml',
    ],
    [
      'a file of UTF-16',
      async () => fileWith(Buffer.from('version: 1', 'utf16le').fill(0xff, 0, 1)),
      'is not UTF-8: save it in UTF-8',
    ],
    [
      'a file of more than 1 MB',
      async () => fileWith(`${VALID}#${'x'.repeat(1024 * 1024)}`),
      'is longer than 1 MB (1048576 bytes)',
    ],
    ['a device without end', async () => '/dev/zero', 'is longer than 1 MB (1048576 bytes)'],
    [
      'a name that no file can have',
      async () => `${directory}/${'x'.repeat(300)}`,
      'cannot be read (ENAMETOOLONG)',
    ],
  ])('answers %s with one line', async (_, make, message) => {
    const path = await make();

    const lines = linesOf(await readConfigFile(path));

    expect(lines).toHaveLength(1);
    expect(lines[0]).toMatch(/^\S+ /);
    expect(lines[0]?.endsWith(message)).toBe(true);
  });

  it('answers a file without permission with one line', async () => {
    const path = await fileWith(VALID);
    await chmod(path, 0o000);

    const lines = linesOf(await withoutRoot(() => readConfigFile(path)));

    expect(lines).toEqual([`${path} cannot be read: this user has no permission`]);
  });

  it('shows the path as given', async () => {
    const lines = linesOf(await readConfigFile('no/such/m2m-watch.yaml'));

    expect(lines[0]).toMatch(/^no\/such\/m2m-watch\.yaml does not exist/);
  });
});

describe('readConfigText', () => {
  it('lists every problem with line and column, sorted', () => {
    const text = `version: 1
deploymnt: x
providers:
  acme:
    type: kinde
    issuer: https://acme.kinde.com
    tokensPerMonth:
applications:
  billing-sync:
    provider: acne
    credentials:
      env: { clientId: M2M_ID, clientSecret: M2M_SECRET }
    audience:
    scopes:
      - read:a
      -
      - read:a
    everyMinutes: 7
    everyMinutes: 5
    maxSecretAgeDays: 90
  Other: { provider: acme, credentials: { file: x }, audience: null }
`;

    const lines = linesOf(readConfigText(text, 'm2m-watch.yaml'));

    expect(lines).toEqual([
      'm2m-watch.yaml:2:1 unknown key `deploymnt`; did you mean `deployment`?',
      'm2m-watch.yaml:7:5 providers.acme.tokensPerMonth is empty: write a value, or remove the line',
      'm2m-watch.yaml:10:5 applications.billing-sync.provider is `acne`, which is no provider; did you mean `acme`?',
      'm2m-watch.yaml:13:5 applications.billing-sync.audience is empty: write null for none, or remove the line',
      'm2m-watch.yaml:16:8 applications.billing-sync.scopes[1] is empty: write a value, or remove the line',
      'm2m-watch.yaml:17:9 applications.billing-sync.scopes[2] stands twice: remove one',
      'm2m-watch.yaml:19:5 applications.billing-sync.everyMinutes stands twice (first in line 18): keep one',
      'm2m-watch.yaml:20:5 applications.billing-sync: unknown key `maxSecretAgeDays`',
      'm2m-watch.yaml:21:3 applications: the key `Other` must be a name: lower-case letters, digits and hyphens, at most 63, no hyphen first',
    ]);
  });

  it('points at the block where a key is missing', () => {
    const text = VALID.replace(/ {4}audience.*\n/, '');

    const lines = linesOf(readConfigText(text, 'a.yaml'));

    expect(lines).toEqual([
      "a.yaml:7:3 applications.billing-sync.audience is missing: write the API's audience, or null for deliberately none",
    ]);
  });

  it.each(['null', '~', 'Null'])('takes `audience: %s` for deliberately none', (none) => {
    const text = VALID.replace(/audience: .*/, `audience: ${none}`);

    const read = readConfigText(text, 'a.yaml');

    expect(read).toMatchObject({
      ok: true,
      value: { config: { applications: [{ audience: [] }] } },
    });
  });

  it.each([
    ['a tab', 'version: 1\n\tproviders: {}', `2:1 ${NOT_YAML}a tab cannot indent; use spaces`],
    [
      'bad indentation',
      'a:\n  b: 1\n c: 2',
      `3:1 ${NOT_YAML}the indentation fits no block above; keys of one block begin in one column`,
    ],
    [
      'a quote that never ends',
      'a: "geheim',
      `1:11 ${NOT_YAML}a closing quote or bracket, a comma, a colon or a space is missing`,
    ],
    [
      'a value with a colon',
      'a: b: geheim',
      `1:4 ${NOT_YAML}a value that holds a colon and a space needs quotes, and a block begins on its own line`,
    ],
    [
      'an odd first character',
      'a: @geheim',
      `1:4 ${NOT_YAML}a value that begins with this character needs quotes`,
    ],
    [
      'an odd escape',
      'a: "\\q"',
      `1:5 ${NOT_YAML}a backslash in double quotes has a meaning of its own; write \\\\ or use single quotes`,
    ],
    [
      'an unknown directive',
      '%FOO\n---\na: 1',
      `1:1 ${NOT_YAML}remove the line that begins with %`,
    ],
    ['an unknown tag', 'a: !geheim 1', `1:4 ${NOT_YAML}the tag (!…) is not known; remove it`],
    [
      'several documents',
      `${VALID}---\n${VALID}`,
      '12:1 a second document begins here: a configuration is one document',
    ],
    ['comments alone', '# nothing\n', '1:1 is empty: start from examples/m2m-watch.yaml'],
    ['a document mark alone', '---\n', '1:1 is empty: start from examples/m2m-watch.yaml'],
    ['brackets within brackets', '['.repeat(50_000), `1:`],
    [
      'a hundred blocks within blocks',
      `${'{"a":'.repeat(100)}1${'}'.repeat(100)}`,
      `1:322 ${TOO_DEEP}`,
    ],
    ['an alias within itself', 'a: &a [*a]', `1:8 ${TOO_DEEP}`],
  ])('answers %s with its place and nothing of the file', (_, text, problem) => {
    const lines = linesOf(readConfigText(text, 'a.yaml'));

    expect(lines).toHaveLength(1);
    expect(lines[0]?.startsWith(`a.yaml:${problem}`)).toBe(true);
    expect(lines[0]).not.toContain('geheim');
  });

  it('refuses aliases that repeat each other beyond measure, in little time', () => {
    const bomb = [...'abcdefghi'].map((letter, index, all) => {
      const item = index === 0 ? 'x' : `*${all[index - 1]}`;
      return `${letter}: &${letter} [${Array.from({ length: 9 }, () => item).join(', ')}]`;
    });
    let lines: readonly string[] = [];

    const cpuMs = measureCpuMs(() => {
      lines = linesOf(readConfigText(bomb.join('\n'), 'a.yaml'));
    });

    expect(lines).toHaveLength(1);
    expect(lines[0]).toContain('holds too many values: aliases (`*name`) repeat too much');
    expect(cpuMs).toBeLessThan(5_000);
  });

  it.each([
    ['an alias of nothing', 'audience: *none', 'names `*none`, which is defined nowhere above'],
    ['a binary', 'audience: !!binary aGk=', 'has a tag (!!…) that is not known: remove it'],
    ['no number', 'everyMinutes: .nan', 'must be a finite number'],
  ])('refuses %s beside all other problems', (_, line, problem) => {
    const text = `${VALID.replace(/audience: .*/, line)}zzz: 1\n`;

    const lines = linesOf(readConfigText(text, 'a.yaml'));

    expect(lines.filter((each) => each.includes(problem))).toHaveLength(1);
    expect(lines).toContain('a.yaml:12:1 unknown key `zzz`');
  });

  it.each([
    ['a list', '? [a]\n: 1\n'],
    ['nothing', ': 1\n'],
  ])('refuses %s as a key', (_, pair) => {
    const lines = linesOf(readConfigText(`${VALID}${pair}`, 'a.yaml'));

    expect(lines.filter((line) => line.endsWith('has a key that is no text'))).toHaveLength(1);
  });

  it.each(['__proto__: {}', '"__proto__": { type: kinde }', '<<: { version: 1 }'])(
    'refuses the key of `%s` in any block',
    (pair) => {
      const text = VALID.replace('    type: kinde', `    ${pair}\n    type: kinde`);

      const lines = linesOf(readConfigText(text, 'a.yaml'));

      expect(lines).toHaveLength(1);
      expect(lines[0]).toMatch(/^a\.yaml:4:5 providers\.acme: unknown key `(__proto__|<<)`/);
    },
  );

  it('lets aliases repeat a part, and names the line of the part where that is wrong', () => {
    const text = VALID.replace('env: {', 'env: &credentials {').replace(
      /$/,
      '  export: { provider: acme, credentials: { env: *credentials }, audience: null }\n',
    );

    const read = readConfigText(text, 'a.yaml');

    expect(read).toMatchObject({
      value: { config: { applications: [{}, { credentials: { env: { clientId: 'M2M_ID' } } }] } },
    });
  });

  it('takes an alias for the last definition above it', () => {
    const text = `${VALID.replace(/audience: .*/, 'audience: &a https://one.com')}    owner: &a two
    runbook: https://x.com/
  export:
    provider: acme
    credentials: { file: x }
    audience: *a
`;

    const read = readConfigText(text, 'a.yaml');

    expect(read).toMatchObject({
      value: { config: { applications: [{}, { audience: ['two'] }] } },
    });
  });

  it('reads a file full of aliases in little time', () => {
    const text = `a: &a x\nb: [${Array.from({ length: 90_000 }, () => '*a').join(',')}]\n`;
    let lines: readonly string[] = [];

    const cpuMs = measureCpuMs(() => {
      lines = linesOf(readConfigText(text, 'a.yaml'));
    });

    expect(lines).toContain('a.yaml:2:1 unknown key `b`');
    expect(cpuMs).toBeLessThan(5_000);
  });

  it('never throws, whatever stands in the file', () => {
    const piece = fc.constantFrom(
      ...VALID.split(/(?<=[\n: ])/),
      '\t',
      '&a ',
      '*a',
      '!!x ',
      '%',
      '? ',
      '- ',
      '<<: ',
      '"',
      '|\n',
      '[',
      '}',
      '---\n',
    );
    const text = fc.oneof(
      fc.string({ unit: 'binary' }),
      fc.array(piece, { maxLength: 40 }).map((pieces) => pieces.join('')),
    );
    fc.assert(
      fc.property(text, (content) => {
        const read = readConfigText(content, 'a.yaml');

        expect(read.ok || read.issues.length > 0).toBe(true);
      }),
    );
  });

  it('keeps applications in the order of the file, names of digits too', () => {
    const application = '{ provider: acme, credentials: { file: x }, audience: null }';
    const text = `${VALID}  b2: ${application}\n  20: ${application}\n  3: ${application}\n`;

    const read = readConfigText(text, 'a.yaml');

    const names = read.ok ? read.value.config.applications.map(({ name }) => name) : [];
    expect(names).toEqual(['billing-sync', 'b2', '20', '3']);
  });

  it('warns of a provider that nobody uses, and of no application', () => {
    const text =
      'version: 1\nproviders:\n  acme: { type: kinde, issuer: https://x.com }\napplications: {}\n';

    const read = readConfigText(text, 'a.yaml');

    expect(read.ok ? read.value.warnings.map(renderFileProblem) : []).toEqual([
      'a.yaml:3:3 providers.acme is used by no application',
      'a.yaml:4:1 applications names no application: nothing will be checked',
    ]);
  });
});

type Read = Awaited<ReturnType<typeof readConfigFile>>;

function linesOf(read: Read): readonly string[] {
  return read.ok ? [] : read.issues.map(renderFileProblem);
}

async function fileWith(content: string | Uint8Array, name = 'm2m-watch.yaml'): Promise<string> {
  const path = join(directory, name);
  await writeFile(path, content);
  return path;
}

async function directoryNamed(name: string): Promise<string> {
  const path = join(directory, name);
  await mkdir(path);
  return path;
}
