// Writes the first `m2m-watch.yaml`: what was given and found, with the optional keys as comments.

import { stringify } from 'yaml';
import type { Application } from '../core/config/application.ts';
import type { ProviderConfig } from '../core/config/provider-config.ts';

/** One application that no file describes yet, with the names that its configuration has for it. */
export interface StarterApplication {
  readonly name: string;
  readonly providerName: string;
  readonly type: ProviderConfig['type'];
  readonly issuer: string;
  readonly allowInsecureHttp: boolean;
  readonly clientId: string;
  /** The environment variable of its secret. */
  readonly variable: string;
  /** Empty: deliberately none. */
  readonly audience: readonly string[];
  /** Scopes to request; empty: all that are granted. */
  readonly scopes: readonly string[];
  readonly tokenFormat: Application['tokenFormat'];
}

/** What a first configuration is written from; the schema accepts each of its values. */
export interface StarterParts {
  /** Where editors find the JSON Schema: a relative path, or a URL. */
  readonly schema: string;
  readonly application: StarterApplication;
  /** What the token of the first check held. */
  readonly found: {
    readonly scopes: readonly string[];
    /** Null: a global application; undefined: unknown, and not to be checked. */
    readonly organization: string | null | undefined;
  };
}

/**
 * The text of a first configuration, which `readConfigText` takes.
 *
 * Every value is quoted by the YAML library where it needs to be, whatever it holds.
 */
export function starterConfig({ schema, application, found }: StarterParts): string {
  const { name, providerName, type, issuer, clientId, variable, audience } = application;
  const [first = null, ...others] = audience;
  return `# yaml-language-server: $schema=${inComment(schema)}
#
# Written by \`m2m-watch init\`. docs/configuration.md explains every key, and
# \`npx m2m-watch validate\` names every mistake in it. No secret belongs in it.

version: 1

# Stands in every report and notice: one for each environment that you watch.
deployment: default

providers:
  ${inYaml(providerName)}:
    type: ${type}
    issuer: ${inYaml(issuer)}
${block(providerLines(application))}
applications:
  ${inYaml(name)}:
    provider: ${inYaml(providerName)}
    clientId: ${inYaml(clientId)}
    # The secret is read from this variable, which may stand in .env beside this file.
    credentials: { env: ${variable} }
    # The API that the token is for; null for deliberately none.
    audience: ${inYaml(others.length === 0 ? first : audience)}
${block([...requestLines(application), ...expectLines(found, application)])}    # How often \`serve\` and a deployment check it:
    # everyMinutes: ${type === 'kinde' ? 60 : 15}
    # Lets the token call the API, which shows that the API takes it:
    # call: { url: https://api.example.com/health }
    # Shown in reports and notices:
    # owner: team@example.com
    # runbook: https://wiki.example.com/${name}

# Who is told when an application breaks (docs/notices.md):
# notify:
#   slack: { webhook: { env: SLACK_WEBHOOK } }
`;
}

function providerLines({ type, allowInsecureHttp }: StarterApplication): readonly string[] {
  return [
    ...(allowInsecureHttp ? ['# On loopback only.', 'allowInsecureHttp: true'] : []),
    ...(type === 'kinde'
      ? [
          '# Each check costs a token, and Kinde counts them: what does your plan include?',
          '# tokensPerMonth: 2000',
        ]
      : []),
  ];
}

function requestLines({ scopes, tokenFormat }: StarterApplication): readonly string[] {
  return [
    ...(scopes.length === 0
      ? []
      : ['# Asked for by name: one that was taken away is refused.', `scopes: ${inYaml(scopes)}`]),
    ...(tokenFormat === 'jwt' ? [] : [`tokenFormat: ${tokenFormat}`]),
  ];
}

/** A block in which only comments stood would be an empty value, so it is one comment then. */
function expectLines(
  { scopes, organization }: StarterParts['found'],
  { tokenFormat }: StarterApplication,
): readonly string[] {
  const lines = [
    ...(scopes.length === 0 ? [] : [`scopes: ${inYaml(scopes)}`]),
    ...(organization === undefined ? [] : organizationLines(organization)),
  ];
  const more = [
    'surplusScopes: warn',
    'lifetimeSeconds: { atLeast: 3600, atMost: 86400 }',
    ...(tokenFormat === 'jwt' ? ['claims: { some.claim: value }'] : []),
  ];
  if (lines.length === 0) {
    return ['# What the token must hold:', '# expect:', ...more.map((line) => `#   ${line}`)];
  }
  return [
    '# What the token must hold, as it did when this was written. Keep what callers need.',
    'expect:',
    ...[...lines, ...more.map((line) => `# ${line}`)].map((line) => `  ${line}`),
  ];
}

function organizationLines(organization: string | null): readonly string[] {
  return organization === null
    ? ['# It is a global application: no organisation.', 'organization: null']
    : [`organization: ${inYaml(organization)}`];
}

/** Lines inside of one provider or application. */
function block(lines: readonly string[]): string {
  return lines.map((line) => `    ${line}\n`).join('');
}

/** A value as it stands behind a key, in one line. */
function inYaml(value: string | readonly string[] | null): string {
  const options = { collectionStyle: 'flow', lineWidth: 0, flowCollectionPadding: false } as const;
  return stringify({ key: value }, { ...options, blockQuote: false }).replace(
    /^\{key: |\}\n$/g,
    '',
  );
}

/** Nothing of it can end the comment. */
function inComment(text: string): string {
  return text.replace(/[\p{Cc}\p{Zl}\p{Zp}]/gu, '');
}
