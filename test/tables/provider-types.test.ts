// Every row of the table of provider types is found wherever the types are listed.

import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { starterConfig } from '../../lib/config-file/starter-config.ts';
import { renderProblem } from '../../lib/core/config/config-problems.ts';
import { schemaNodesAt } from '../../lib/core/config/json-schema.ts';
import { parseConfig } from '../../lib/core/config/parse-config.ts';
import {
  PROVIDER_TYPE_NAMES,
  PROVIDER_TYPES,
  type ProviderTypeRow,
} from '../../lib/core/config/provider-types.ts';
import { providerOf } from '../../lib/core/provider/registry.ts';
import { run } from '../cli/captured-io.ts';
import { pathOf, smallConfig, withValue } from '../core/config/written-config.ts';

const PAGE = readFileSync(new URL('../../docs/configuration.md', import.meta.url), 'utf8');

it('is the enumeration of the JSON Schema', () => {
  const [node] = schemaNodesAt(['providers', 'any', 'type']);

  expect(node?.enum).toEqual(PROVIDER_TYPE_NAMES);
});

describe.each(PROVIDER_TYPE_NAMES)('the provider type %s', (type) => {
  const { title, description, defaultEveryMinutes }: ProviderTypeRow = PROVIDER_TYPES[type];
  const written = withValue(smallConfig(), pathOf('providers.acme.type'), type);

  it('is explained in docs/configuration.md, with its default pace', () => {
    expect(PAGE).toContain(`\`${type}\` for ${description}`);
    expect(PAGE).toContain(`${defaultEveryMinutes} for \`${type}\``);
  });

  it('has a value of its own', () => {
    expect(providerOf(type).type).toBe(type);
  });

  it('is checked at its default pace', () => {
    expect(parseConfig(written)).toMatchObject({
      value: { applications: [{ everyMinutes: defaultEveryMinutes }] },
    });
  });

  it('is refused if that pace is no multiple of tickMinutes', () => {
    const tickMinutes = defaultEveryMinutes % 7 === 0 ? 11 : 7;

    const parsed = parseConfig(withValue(written, pathOf('schedule.tickMinutes'), tickMinutes));

    const lines = parsed.ok ? [] : parsed.issues.map(renderProblem);
    expect(lines).toHaveLength(1);
    expect(lines[0]).toMatch(
      new RegExp(`everyMinutes is ${defaultEveryMinutes} by default, .*tickMinutes`),
    );
  });

  it.each([
    ['check', '--type'],
    ['init', '--type'],
    ['explain', '--provider'],
  ])('is listed by `%s --help` at %s, and accepted', async (command, option) => {
    const { stdout } = await run([command, '--help']);
    const { stderr } = await run([command, option, type, '--no-such-option']);

    const [, help = ''] = stdout.replace(/\s+/g, ' ').split(`${option} <TYPE>`);
    expect(help.slice(0, 150)).toContain(type);
    expect(stderr).toContain('--no-such-option');
  });

  it('is named by `explain` as what a reply was read as', async () => {
    const { stdout } = await run([
      ...['explain', '--provider', type, '--from', 'token', '--status', '400'],
      ...['--body', '{"error":"invalid_client"}'],
    ]);

    expect(stdout).toContain(`(${title})`);
  });

  it('has its default pace in a first configuration', () => {
    const text = starterConfig({
      schema: 'm2m-watch.schema.json',
      application: {
        name: 'a',
        providerName: 'acme',
        type,
        issuer: 'https://acme.example',
        allowInsecureHttp: false,
        clientId: 'abc',
        variable: 'SECRET',
        audience: [],
        scopes: [],
        tokenFormat: 'jwt',
        clientAuthentication: null,
        privateKey: null,
      },
      pinned: { scopes: [], organization: undefined, lifetimeSeconds: null, claims: {} },
    });

    expect(text).toContain(`type: ${type}\n`);
    expect(text).toContain(`# everyMinutes: ${defaultEveryMinutes}\n`);
  });
});
