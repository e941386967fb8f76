// Steps in the words of a server's own console, made from the places that its documentation names.

import type { CauseId } from '../../causes/causes.ts';
import type { ProviderFixes } from '../provider.ts';

/** The page of a fix, and its steps. */
type Row = readonly [page: string, step: string, ...steps: readonly string[]];

/** A place in a console, or the setting where a server has none, and the page that names it. */
type Place = readonly [place: string, page: string];

/** Where a server has what; a place that no documentation names is left out, and general steps stand. */
export interface Console {
  /** What people call the server or its console; its places are in it. */
  readonly product: string;
  /** Where its clients are listed. */
  readonly clients: string;
  /** Where the secret of a client is seen, or made anew where it is shown once. */
  readonly secret: Place;
  /** Whether the secret is shown once, when it is made. @default false */
  readonly isSecretShownOnce?: boolean;
  /** What is often mistaken about the secret. */
  readonly secretNote?: string;
  /** Where it is set how a client authenticates. */
  readonly method?: Place;
  /** Where the public key or the certificate of a client is registered. */
  readonly key?: Place;
  /** Where a client gets scopes, roles or permissions. */
  readonly access?: Place;
  readonly accessNote?: string;
  /** Where a client gets an API; absent: where it gets scopes. */
  readonly api?: Place;
  /** Where an audience is added to the tokens of a client, at a server that takes none from the request. */
  readonly audience?: Place;
  /** Where it is set what else a token of a client says. */
  readonly claims?: Place;
  /** Where client credentials are allowed for a client. */
  readonly grant?: Place;
  /** What can be done where only the API can read a token, and the page about it. */
  readonly unreadable?: Row;
}

/** The fixes of a server whose console is known; every step names a place of it, or nothing but the application. */
export function consoleFixes(console: Console): ProviderFixes {
  const { product } = console;
  // A setting of a file or a command has no menu before it.
  const within = (place: string) => (place.includes(' > ') ? `${product} > ${place}` : place);
  const at = ([place, page]: Place): Place => [within(place), page];
  const clients = /^[A-Z]/.test(console.clients)
    ? `${product} > ${console.clients}`
    : console.clients;
  const secret = at(console.secret);
  const method = console.method && at(console.method);
  const key = console.key && at(console.key);
  const access = console.access && at(console.access);
  const api = console.api ? at(console.api) : access;
  const grant = console.grant && at(console.grant);
  const audience = console.audience && at(console.audience);
  const claims = console.claims && at(console.claims);
  const note = console.secretNote === undefined ? [] : [console.secretNote];
  const accessNote = console.accessNote === undefined ? [] : [console.accessNote];
  const inSecret = (...steps: readonly [string, ...string[]]): Row => [secret[1], ...steps];
  const shown = console.isSecretShownOnce === true;
  const rows: readonly (readonly [CauseId, Row])[] = [
    [
      'credentials-rejected',
      inSecret(
        shown
          ? `Compare {client} in the secret store with ${clients}. The secret is not shown again: if in doubt, make a new one: ${secret[0]}.`
          : `Compare the client id and secret of {application} in the secret store with ${secret[0]}.`,
        ...note,
        'If the secret was changed, write the new one to the secret store.',
      ),
    ],
    [
      'secret-rotated',
      inSecret(
        shown
          ? `Make a new secret for {application} (${secret[0]}), and write it to the secret store.`
          : `Copy the current secret of {application} from ${secret[0]} to the secret store.`,
        ...note,
        'Restart callers that keep the old secret in memory.',
      ),
    ],
    [
      'secret-expired',
      inSecret(
        `Make a new secret for {application}: ${secret[0]}.`,
        'Write it to the secret store, and note when it expires.',
      ),
    ],
    [
      'client-unknown',
      inSecret(
        `Check whether {client} is listed under ${clients}, and whether it is disabled there.`,
        'If it is, compare {issuer} and `endpoints.token` in the configuration with the addresses of that server.',
      ),
    ],
    [
      'client-deleted',
      inSecret(
        `Check whether {client} is listed under ${clients}, and whether it is disabled there.`,
        'If it was deleted, create it again with the same rights, and write the new credentials to the secret store.',
      ),
    ],
    ...(method === undefined
      ? []
      : ([
          [
            'client-authentication-mismatch',
            [
              method[1],
              `Check how {application} must authenticate: ${method[0]}.`,
              'Set `clientAuthentication` for {application} in the configuration to the same method.',
            ],
          ],
        ] as const)),
    ...(key === undefined ? [] : keyRows(key)),
    ...(access === undefined
      ? []
      : (['scope-not-allowed', 'scope-missing'] as const).map(
          (cause) =>
            [
              cause,
              [access[1], `Allow {scopes} for {application}: ${access[0]}.`, ...accessNote],
            ] as const,
        )),
    ...(api === undefined
      ? []
      : ([
          ['audience-not-authorized', [api[1], `Authorise {application} for {api}: ${api[0]}.`]],
        ] as const)),
    ...(audience === undefined
      ? []
      : ([
          [
            'audience-mismatch',
            [
              audience[1],
              `Add {api} to the tokens of {application}, which a request cannot: ${audience[0]}.`,
              'If the API expects no audience, let `audience` in the configuration name none.',
            ],
          ],
        ] as const)),
    ...(claims === undefined
      ? []
      : ([
          [
            'claim-mismatch',
            [
              claims[1],
              `Check what sets the claim for {application}: ${claims[0]}.`,
              'If the new value is right, correct `expect.claims` in the configuration.',
            ],
          ],
        ] as const)),
    ...(grant === undefined
      ? []
      : ([
          [
            'grant-not-allowed',
            [grant[1], `Allow client credentials for {application}: ${grant[0]}.`],
          ],
        ] as const)),
  ];
  const { unreadable } = console;
  return {
    applicationPage: { ofOrganization: clients, global: clients },
    ofCause: {
      ...Object.fromEntries(rows),
      ...(unreadable === undefined ? {} : { 'claims-unreadable': unreadable }),
    },
  };
}

/** The steps about the key of a client that has no secret. */
function keyRows([place, page]: Place): readonly (readonly [CauseId, Row])[] {
  const renew = (): Row => [
    page,
    `Create a new key with a certificate, and register the certificate for {application}: ${place}.`,
    'Write both to the store, and note when the certificate expires.',
  ];
  return [
    [
      'client-key-unknown',
      [
        page,
        `Check that the public key or the certificate of {application} is registered: ${place}.`,
        'If it is, compare its key id with the one in the evidence, and set `keyId` or `certificate` of its `credentials` in the configuration.',
        'Otherwise register it there, or write the private key that belongs to the registered one to the store.',
      ],
    ],
    ['client-certificate-expired', renew()],
    ['client-certificate-expiring', renew()],
  ];
}
