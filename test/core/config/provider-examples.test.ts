import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { parseConfig } from '../../../lib/core/config/parse-config.ts';

const page = readFileSync(new URL('../../../docs/providers.md', import.meta.url), 'utf8');
const examples = page
  .split(/^## /m)
  .slice(1)
  .flatMap((section) =>
    Array.from(section.matchAll(/^```yaml\n([\s\S]*?)^```$/gm), ([, yaml = '']) => ({
      vendor: section.split('\n', 1).join(),
      yaml,
    })),
  );

describe('docs/providers.md', () => {
  it('has an example for each vendor whose replies are known', () => {
    expect([...new Set(examples.map(({ vendor }) => vendor))]).toEqual([
      'Auth0',
      'Okta',
      'Microsoft Entra ID',
      'Amazon Cognito',
      'Keycloak',
      'Zitadel',
      'Ory Hydra, and others built on Fosite',
      'PingOne and PingFederate',
      'Duende IdentityServer',
      'Spring Authorization Server',
      'Salesforce',
      'WSO2 Identity Server and Asgardeo',
      'Cloud Foundry UAA and SAP XSUAA',
      'Authlib and Canaille',
    ]);
  });

  it.each(examples)('has a configuration of $vendor that is accepted whole', ({ yaml }) => {
    const written = { version: 1, deployment: 'docs', ...(parse(yaml) as object) };

    const parsed = parseConfig(written);

    expect(parsed).toMatchObject({ ok: true });
  });
});
