import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readConfigText } from '../../lib/config-file/read-config-file.ts';
import { type StarterParts, starterConfig } from '../../lib/config-file/starter-config.ts';

/** Texts that the schema takes, and that YAML makes something else of where they stand bare. */
const hostile = fc
  .oneof(
    fc.string({ unit: 'binary', minLength: 1, maxLength: 40 }),
    fc.constantFrom(
      ...['null', '~', 'true', '12', '0x1F', '1e3', '2026-11-23', 'yes', '.inf', '<<', '=', '!x'],
      ...[
        'a: b',
        'a #b',
        '# c',
        '- d',
        '? e',
        '&f',
        '*g',
        '{h: i}',
        '[j]',
        '"',
        "'",
        '\\',
        '|',
        '>',
      ],
      ...["it's", 'say "x"', ', ]}', ' leading', 'trailing ', '---', '...', '%TAG', '@x', '`y`'],
      'a very long text that no line of an ordinary width would hold whole, and that is folded '.repeat(
        4,
      ),
    ),
  )
  .filter((text) => !/\p{Cc}/u.test(text) && text.isWellFormed());

const scope = fc.stringMatching(/^[\x21\x23-\x5b\x5d-\x7e]{1,20}$/);
const name = fc.stringMatching(/^[a-z0-9][a-z0-9-]{0,20}$/);
const variable = fc.stringMatching(/^[A-Z_][A-Z0-9_]{0,20}$/);
const scopes = fc.uniqueArray(scope, { maxLength: 4 });

/** A key itself is refused where the name of its file is wanted. */
const fileName = hostile.map((text) => `keys/${text}`);

/** As the schema takes them; a key `__proto__` is one of its own only in what is parsed. */
const isClaimPath = (path: string) =>
  path !== '__proto__' && !path.startsWith('/') && path.split('.').every((part) => part !== '');

const starter: fc.Arbitrary<StarterParts> = fc.record({
  schema: hostile,
  application: fc
    .record({
      name,
      providerName: name,
      type: fc.constantFrom('kinde' as const, 'oidc' as const),
      issuer: fc.constantFrom(
        'https://acme.kinde.com',
        "https://x.example/a'b!{c},:d",
        'http://[::1]:1',
      ),
      allowInsecureHttp: fc.constant(true),
      clientId: hostile,
      variable,
      audience: fc.uniqueArray(hostile, { maxLength: 3 }),
      scopes,
      tokenFormat: fc.constant('jwt' as const),
      clientAuthentication: fc.constant(null),
      privateKey: fc.oneof(
        fc.constant(null),
        fc.record({
          file: fileName,
          certificate: fc.option(fileName),
          keyId: fc.option(hostile),
          algorithm: fc.constantFrom(null, 'PS256'),
        }),
      ),
    })
    // Clients of Kinde have no key.
    .map((one) => (one.type === 'kinde' ? { ...one, privateKey: null } : one)),
  pinned: fc.record({
    scopes,
    organization: fc.oneof(hostile, fc.constant(null), fc.constant(undefined)),
    lifetimeSeconds: fc.oneof(
      fc.constant(null),
      fc.double({ min: 60, max: 31_536_000, noNaN: true }),
    ),
    claims: fc.dictionary(
      hostile.filter(isClaimPath),
      fc.oneof(hostile, fc.array(hostile, { minLength: 1, maxLength: 3 })),
      { maxKeys: 3, noNullPrototype: true },
    ),
  }),
});

function credentialsOf({ variable, privateKey }: StarterParts['application']): object {
  if (privateKey === null) return { env: variable };
  const { file, certificate, keyId, algorithm } = privateKey;
  return {
    privateKey: { file },
    certificate: certificate === null ? null : { file: certificate },
    keyId,
    algorithm,
  };
}

describe('a first configuration', () => {
  it('reads back as what it was written from, whatever that holds', () => {
    fc.assert(
      fc.property(starter, (parts) => {
        const read = readConfigText(starterConfig(parts), 'm2m-watch.yaml');

        expect(read).toMatchObject({ ok: true, value: { warnings: [] } });
        if (!read.ok) return;
        const { providers, applications } = read.value.config;
        const { application, pinned } = parts;
        const { providerName, type, issuer, allowInsecureHttp } = application;
        expect(providers).toEqual({
          [providerName]: expect.objectContaining({ type, issuer, allowInsecureHttp }),
        });
        expect(applications).toHaveLength(1);
        expect(applications[0]).toMatchObject({
          name: application.name,
          provider: providerName,
          clientId: application.clientId,
          credentials: credentialsOf(application),
          audience: application.audience,
          scopes: application.scopes.length === 0 ? null : application.scopes,
        });
        const { expect: expected } = applications[0] ?? {};
        expect(expected?.claims).toEqual(pinned.claims);
        const { atLeast = 0, atMost = 0 } = expected?.lifetimeSeconds ?? {};
        const seconds = pinned.lifetimeSeconds ?? 0;
        expect(atLeast === null || atLeast <= seconds).toBe(true);
        expect(atMost === null || atMost >= seconds).toBe(true);
        expect(expected?.organization).toBe(pinned.organization);
        expect(expected?.scopes).toEqual(
          pinned.scopes.length === 0 ? application.scopes : pinned.scopes,
        );
      }),
    );
  });

  it('has its optional keys as comments that are right once they are taken in', () => {
    const text = starterConfig({
      schema: './m2m-watch.schema.json',
      application: {
        name: 'billing-sync',
        providerName: 'acme',
        type: 'kinde',
        issuer: 'https://acme.kinde.com',
        allowInsecureHttp: false,
        clientId: 'abc',
        variable: 'M2M_BILLING_SYNC_CLIENT_SECRET',
        audience: ['https://api.acme.com'],
        scopes: [],
        tokenFormat: 'jwt',
        clientAuthentication: null,
        privateKey: null,
      },
      pinned: {
        scopes: ['read:invoices'],
        organization: 'org_1',
        lifetimeSeconds: null,
        claims: {},
      },
    });

    const keys = /^( *)# ((?: *)[a-zA-Z]+:(?: .*)?)$/gm;
    const uncommented = text.replace(keys, (line, indent, key) =>
      /^[A-Z]|:$/.test(key.trim()) && !key.includes('notify') ? line : indent + key,
    );

    expect(uncommented).toContain('\n    tokensPerMonth: 2000\n');
    expect(uncommented).toContain('\nnotify:\n  slack: {');
    expect(readConfigText(uncommented, 'm2m-watch.yaml')).toMatchObject({ ok: true });
  });
});
