// Writes the first `m2m-watch.yaml`: the answers given to `init`, what the token held, and optional keys as comments.

import { stringify } from 'yaml';
import type { Application } from '../core/config/application.ts';
import type { ClientAuthentication } from '../core/config/client-methods.ts';
import { PROVIDER_TYPES, type ProviderType } from '../core/config/provider-types.ts';

/** An application that is in no configuration yet, with the names that its configuration will have. */
export interface StarterApplication {
  readonly name: string;
  readonly providerName: string;
  readonly type: ProviderType;
  readonly issuer: string;
  readonly allowInsecureHttp: boolean;
  readonly clientId: string;
  /** The environment variable of its secret. */
  readonly variable: string;
  /** Empty if there is deliberately none. */
  readonly audience: readonly string[];
  /** Scopes to request; empty for all that are granted. */
  readonly scopes: readonly string[];
  readonly tokenFormat: Application['tokenFormat'];
  /** How the client authenticates; null until a check has found it out. */
  readonly clientAuthentication: ClientAuthentication | null;
  /** Null: it has a client secret. */
  readonly privateKey: PrivateKeyFile | null;
}

/** A private key in a file, and what goes with it; a relative path starts at the configuration. */
export interface PrivateKeyFile {
  readonly file: string;
  readonly certificate: string | null;
  readonly keyId: string | null;
  readonly algorithm: string | null;
}

/** What the token of the first check held, as far as it is expected from then on. */
export interface PinnedToken {
  readonly scopes: readonly string[];
  /** Null for a global application; undefined if unknown, and then not checked. */
  readonly organization: string | null | undefined;
  /** How long it was valid, seconds; null if unknown, and then not checked. */
  readonly lifetimeSeconds: number | null;
  /** Other claims by their paths, each with what it must hold. */
  readonly claims: Readonly<Record<string, string | readonly string[]>>;
}

/** The values for a first configuration. The schema accepts each of them. */
export interface StarterParts {
  /** Where editors find the JSON Schema: a relative path, or a URL. */
  readonly schema: string;
  readonly application: StarterApplication;
  readonly pinned: PinnedToken;
}

/**
 * Writes a first configuration, which `readConfigText` accepts.
 *
 * The YAML library quotes every value that needs it, whatever it holds.
 */
export function starterConfig({ schema, application, pinned }: StarterParts): string {
  const { name, type } = application;
  return `# yaml-language-server: $schema=${inComment(schema)}
#
# Written by \`m2m-watch init\`. docs/configuration.md explains every key, and
# \`npx m2m-watch validate\` names every mistake in it. No secret belongs in it.

version: 1

# In every report and notice. Choose a different name for each environment that you watch.
deployment: default

providers:
${block(providerLines(application))}
applications:
${block(applicationLines(application, pinned, null))}    # How often \`serve\` and a deployment check it:
    # everyMinutes: ${PROVIDER_TYPES[type].defaultEveryMinutes}
    # Lets the token call the API, which shows that the API takes it:
    # call: { url: https://api.example.com/health }
    # Shown in reports and notices:
    # owner: team@example.com
    # runbook: https://wiki.example.com/${name}

# Who gets a notice when an application fails (docs/notices.md):
# notify:
#   slack: { webhook: { env: SLACK_WEBHOOK } }
`;
}

/** A provider under its name, two spaces a level. */
export function providerLines({
  providerName,
  type,
  issuer,
  allowInsecureHttp,
  clientAuthentication,
}: StarterApplication): readonly string[] {
  return [
    `${inYaml(providerName)}:`,
    ...nested([
      `type: ${type}`,
      `issuer: ${inYaml(issuer)}`,
      ...(allowInsecureHttp ? ['# On loopback only.', 'allowInsecureHttp: true'] : []),
      ...(clientAuthentication === null
        ? []
        : [
            '# How clients authenticate; an application that differs has a line of its own.',
            `clientAuthentication: ${clientAuthentication}`,
          ]),
      ...(PROVIDER_TYPES[type].countsTokens
        ? [
            '# Each check requests one token. Write how many tokens a month your plan includes:',
            '# tokensPerMonth: 2000',
          ]
        : []),
    ]),
  ];
}

/**
 * An application under its name, two spaces a level; `ownMethod` is how its client authenticates, if its
 * provider does not say the same.
 */
export function applicationLines(
  application: StarterApplication,
  pinned: PinnedToken,
  ownMethod: ClientAuthentication | null,
): readonly string[] {
  const { name, providerName, clientId, audience } = application;
  const [first = null, ...others] = audience;
  return [
    `${inYaml(name)}:`,
    ...nested([
      `provider: ${inYaml(providerName)}`,
      `clientId: ${inYaml(clientId)}`,
      ...credentialLines(application),
      ...(ownMethod === null ? [] : [`clientAuthentication: ${ownMethod}`]),
      '# The API that the token is requested for; null: none is requested.',
      `audience: ${inYaml(others.length === 0 ? first : audience)}`,
      ...requestLines(application),
      ...expectLines(pinned, application),
    ]),
  ];
}

function credentialLines({ variable, privateKey }: StarterApplication): readonly string[] {
  return privateKey === null
    ? [
        '# The secret is read from this variable, which .env in this folder may set.',
        `credentials: { env: ${variable} }`,
      ]
    : [
        '# The private key stays in its file, and signs each request for a token.',
        `credentials: { ${keyParts(privateKey).join(', ')} }`,
      ];
}

function keyParts({ file, certificate, keyId, algorithm }: PrivateKeyFile): readonly string[] {
  return [
    `privateKey: { file: ${inYaml(file)} }`,
    ...(certificate === null ? [] : [`certificate: { file: ${inYaml(certificate)} }`]),
    ...(keyId === null ? [] : [`keyId: ${inYaml(keyId)}`]),
    ...(algorithm === null ? [] : [`algorithm: ${inYaml(algorithm)}`]),
  ];
}

function requestLines({ scopes, tokenFormat }: StarterApplication): readonly string[] {
  return [
    ...(scopes.length === 0
      ? []
      : [
          '# Requested by name, so that the provider refuses the request if a scope was removed.',
          `scopes: ${inYaml(scopes)}`,
        ]),
    ...(tokenFormat === 'jwt'
      ? []
      : ['# The reply and the call are checked, claims are not.', `tokenFormat: ${tokenFormat}`]),
  ];
}

/** A block with only comments would be an empty value, so it is a comment as a whole then. */
function expectLines(
  { scopes, organization, lifetimeSeconds, claims }: PinnedToken,
  { tokenFormat }: StarterApplication,
): readonly string[] {
  const isJwt = tokenFormat === 'jwt';
  const lines = [
    ...(scopes.length === 0 ? [] : [`scopes: ${inYaml(scopes)}`]),
    ...(organization === undefined ? [] : organizationLines(organization)),
    ...(lifetimeSeconds === null ? [] : lifetimeLines(lifetimeSeconds)),
    ...claimLines(claims),
  ];
  const more = [
    'surplusScopes: warn',
    ...(lifetimeSeconds === null ? ['lifetimeSeconds: { atLeast: 3600, atMost: 86400 }'] : []),
    ...(isJwt && Object.keys(claims).length === 0 ? ['claims: { some.claim: value }'] : []),
  ].map((line) => `# ${line}`);
  if (lines.length === 0) {
    return [
      '# What the token must hold:',
      '# expect:',
      ...more.map((line) => line.replace('#', '#  ')),
    ];
  }
  return [
    '# What the token held when this was written. Keep what the callers need.',
    'expect:',
    ...nested([...lines, ...more]),
  ];
}

function organizationLines(organization: string | null): readonly string[] {
  return organization === null
    ? ['# A global application: its token has no organisation.', 'organization: null']
    : [`organization: ${inYaml(organization)}`];
}

/** The longest lifetime that the schema accepts as a bound. */
const MAX_LIFETIME_SECONDS = 31_536_000;

/** Half to double: servers vary it by a third, people change it by more. */
function lifetimeLines(seconds: number): readonly string[] {
  const atMost = Math.min(Math.ceil(2 * seconds), MAX_LIFETIME_SECONDS);
  return [
    `# It was valid for ${Math.round(seconds)} s: half to double of that.`,
    `lifetimeSeconds: { atLeast: ${Math.floor(seconds / 2)}, atMost: ${atMost} }`,
  ];
}

function claimLines(claims: PinnedToken['claims']): readonly string[] {
  const entries = Object.entries(claims);
  if (entries.length === 0) return [];
  return [
    '# A claim that is a list may hold more than this.',
    'claims:',
    ...nested(entries.map(([path, value]) => pairInYaml(path, value))),
  ];
}

function nested(lines: readonly string[]): readonly string[] {
  return lines.map((line) => `  ${line}`);
}

/** Lines of a block under a key of the document. */
function block(lines: readonly string[]): string {
  return lines.map((line) => `  ${line}\n`).join('');
}

/** A value after its key, on one line. */
function inYaml(value: string | readonly string[] | null): string {
  return pairInYaml('key', value).replace(/^key: /, '');
}

/** A key and its value, on one line. */
function pairInYaml(key: string, value: string | readonly string[] | null): string {
  const options = { collectionStyle: 'flow', lineWidth: 0, flowCollectionPadding: false } as const;
  return stringify({ [key]: value }, { ...options, blockQuote: false }).replace(/^\{|\}\n$/g, '');
}

/** Removes what could end the comment. */
function inComment(text: string): string {
  return text.replace(/[\p{Cc}\p{Zl}\p{Zp}]/gu, '');
}
