// Every row of the table of places for secrets is found wherever the places are listed.

import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { storeReaders } from '../../lib/adapters/credentials/aws-sources.ts';
import { localReaders } from '../../lib/adapters/credentials/place-readers.ts';
import { schemaNodesAt } from '../../lib/core/config/json-schema.ts';
import {
  SECRET_PLACE_NAMES,
  SECRET_PLACES,
  type SecretPlace,
  type SecretPlaceRow,
  sourcesOf,
  sourceText,
} from '../../lib/core/config/secret-places.ts';
import type { WatchConfig } from '../../lib/core/config/watch-config.ts';
import { awsCost } from '../../lib/core/cost/aws-cost.ts';
import { fleetConfig } from '../constructs/fleet-config.ts';
import { actionsOf, asDeployed, statementsOf, templateOf } from '../constructs/synthesised.ts';

const PAGE = readFileSync(new URL('../../docs/configuration.md', import.meta.url), 'utf8');
const CREDENTIALS = ['applications', 'any', 'credentials'];
const SINGLE_VALUE = ['notify', 'slack', 'webhook'];

it('has a reader for every place, and for no other', () => {
  const readers = {
    ...localReaders({ environment: {}, baseDirectory: '.' }),
    ...storeReaders({}),
  };

  expect(Object.keys(readers).sort()).toEqual([...SECRET_PLACE_NAMES].sort());
});

describe.each(SECRET_PLACE_NAMES)('the place %s', (place) => {
  const { value, pair, extraKeys }: SecretPlaceRow = SECRET_PLACES[place];
  const config = fleetConfig({ application: { credentials: { [place]: value.example } } });
  const [application] = config.applications;

  it('is in the JSON Schema with its further keys', () => {
    const [credentials] = schemaNodesAt(CREDENTIALS);
    const [single] = schemaNodesAt(SINGLE_VALUE);

    expect(credentials?.properties?.[place]?.description).toBe((pair ?? value).description);
    expect(single?.properties?.[place]?.description).toBe(value.description);
    expect(Object.keys(credentials?.properties ?? {})).toEqual(
      expect.arrayContaining(Object.keys(extraKeys)),
    );
  });

  it('is in docs/configuration.md with its further keys', () => {
    for (const key of [place, ...Object.keys(extraKeys)]) expect(PAGE).toContain(`| \`${key}\` |`);
    expect(PAGE).toMatch(new RegExp(`exactly one of .*\`${place}\``));
  });

  it('is parsed, with null for further keys that are absent', () => {
    const extras = Object.fromEntries(Object.keys(extraKeys).map((key) => [key, null]));

    expect(application?.credentials).toMatchObject({ [place]: value.example, ...extras });
  });

  it('is shown as its key and the name of the secret', () => {
    const [read] = application === undefined ? [] : sourcesOf(application.credentials);

    expect(read && sourceText(read.source)).toBe(`${place} ${value.example}`);
  });
});

const ROWS: readonly (readonly [SecretPlace, SecretPlaceRow])[] = SECRET_PLACE_NAMES.map(
  (place) => [place, SECRET_PLACES[place]],
);
const READABLE = ROWS.flatMap(([place, { rights, ...row }]) =>
  rights === null ? [] : [{ place, rights, ...row }],
);
const UNREADABLE = ROWS.flatMap(([place, row]) => (row.rights === null ? [{ place, ...row }] : []));

describe.each(READABLE)('the place $place in a deployment', ({ place, rights, value }) => {
  it('gives the function the right to the named secret alone', () => {
    const config = fleetConfig({ application: { credentials: { [place]: value.example } } });

    const statements = statementsOf(templateOf({ config }));

    const name = value.example.replace(/^\//, '');
    for (const action of rights.actions) {
      const resources = statements
        .filter((statement) => actionsOf(statement).includes(action))
        .map(({ Resource }) => asDeployed(Resource));
      expect(resources.some((resource) => resource.includes(name))).toBe(true);
      expect(resources).not.toContain('"*"');
    }
    expect(JSON.stringify(statements)).toContain(
      `kms:EncryptionContext:${rights.encryptionContext}`,
    );
  });
});

/** A fleet whose application has a private key and a certificate at a place. */
function fleetWithKey(place: SecretPlace, example: string) {
  return fleetConfig({
    provider: { type: 'oidc' },
    application: {
      clientId: 'client-1',
      credentials: {
        privateKey: { [place]: example },
        // The names of variables have no hyphens.
        certificate: { [place]: `${example}${place === 'env' ? '_2' : '-certificate'}` },
      },
    },
  });
}

describe.each(READABLE)('the place $place of a private key', ({ place, rights, value }) => {
  it('gives the function the right to the key and the certificate', () => {
    const config = fleetWithKey(place, value.example);

    const statements = statementsOf(templateOf({ config }));

    const name = value.example.replace(/^\//, '');
    const [action = ''] = rights.actions;
    const resources = statements
      .filter((statement) => actionsOf(statement).includes(action))
      .map(({ Resource }) => asDeployed(Resource))
      .join();
    expect(resources).toContain(`${name}${rights.suffix}`);
    expect(resources).toContain(`${name}-certificate${rights.suffix}`);
  });

  it('counts what is read of both', () => {
    const reads = (config: WatchConfig) =>
      awsCost(config).lines.find(({ item }) => item === `${SECRET_PLACES[place].title}, reading`);

    const one = reads(fleetConfig({ application: { credentials: { [place]: value.example } } }));
    const both = reads(fleetWithKey(place, value.example));

    // Any server's applications are checked four times as often as Kinde's.
    expect(both?.usd).toBe(one === undefined ? undefined : 8 * one.usd);
  });
});

/** A fleet whose application has a key for its API, and a parameter, at a place. */
function fleetWithSentSecrets(place: SecretPlace, example: string) {
  const other = `${example}${place === 'env' ? '_2' : '-header'}`;
  return fleetConfig({
    application: {
      credentials: { [place]: example },
      tokenParameters: { api_key: { [place]: example } },
      call: { url: 'https://api.acme.com', headers: { 'X-Api-Key': { [place]: other } } },
    },
  });
}

describe.each(READABLE)(
  'the place $place of a header and a parameter',
  ({ place, rights, value }) => {
    it('gives the function the right to both, and to nothing else', () => {
      const statements = statementsOf(
        templateOf({ config: fleetWithSentSecrets(place, value.example) }),
      );

      const [action = ''] = rights.actions;
      const resources = statements
        .filter((statement) => actionsOf(statement).includes(action))
        .map(({ Resource }) => asDeployed(Resource));
      const name = value.example.replace(/^\//, '');
      expect(resources.join()).toContain(`${name}-header${rights.suffix}`);
      expect(resources).not.toContain('"*"');
    });

    it('counts what is read of both', () => {
      const reads = (config: WatchConfig) =>
        awsCost(config).lines.find(({ item }) => item === `${SECRET_PLACES[place].title}, reading`);

      const one = reads(fleetConfig({ application: { credentials: { [place]: value.example } } }));
      const all = reads(fleetWithSentSecrets(place, value.example));

      expect(all?.usd).toBe(one === undefined ? undefined : 3 * one.usd);
    });
  },
);

describe.each(UNREADABLE)('the place $place of a header and a parameter', ({ place, value }) => {
  it('is refused in a deployment, each by its path', () => {
    const config = fleetWithSentSecrets(place, value.example);

    for (const path of ['call.headers.X-Api-Key', 'tokenParameters.api_key']) {
      expect(() => templateOf({ config })).toThrow(
        `applications.app-1.${path}.${place} cannot be read on AWS`,
      );
    }
  });
});

describe.each(UNREADABLE)('the place $place in a deployment', ({ place, value }) => {
  it('is refused for a key and a certificate, each by its path', () => {
    const config = fleetWithKey(place, value.example);

    for (const key of ['privateKey', 'certificate']) {
      expect(() => templateOf({ config })).toThrow(
        `applications.app-1.credentials.${key}.${place} cannot be read on AWS`,
      );
    }
  });

  it('is refused, and the message names every other', () => {
    const config = fleetConfig({ application: { credentials: { [place]: value.example } } });

    const others = READABLE.map(({ place: other, title }) => `${title} (${other})`).join(' or ');
    expect(() => templateOf({ config })).toThrow(
      `applications.app-1.credentials.${place} cannot be read on AWS: keep it in ${others}`,
    );
  });
});
