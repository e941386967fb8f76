// Every check of claims is made of a token, has a key and is known to the commands that explain pastes.

import { describe, expect, it } from 'vitest';
import { CLAIM_CHECKS, compareClaims } from '../../lib/core/claims/compare.ts';
import { schemaNodesAt } from '../../lib/core/config/json-schema.ts';
import { compareWithFresh } from '../../lib/core/paste/compare-tokens.ts';
import { judgeFit } from '../../lib/core/paste/judge-differences.ts';
import { kinde } from '../../lib/core/provider/kinde.ts';
import {
  application,
  CLIENT_ID,
  claims,
  clean,
  comparison,
  NOW_SECONDS,
} from '../support/evidence.ts';
import { parsedConfig } from '../support/parsed-config.ts';

const [EXPECT] = schemaNodesAt(['applications', 'any', 'expect']);
const KEYS = Object.entries(EXPECT?.properties ?? {});

/** A token that is as no example of the documentation expects. */
const UNEXPECTED = claims({ scope: 'made:up', iat: NOW_SECONDS - 60, exp: NOW_SECONDS + 60 });

/** Whose the tokens should be, but for the application. */
const SUBJECT = {
  config: parsedConfig(),
  clientId: CLIENT_ID,
  nowSeconds: NOW_SECONDS,
  clean,
};

/** The value of the example of a key; for an object, the examples of its keys. */
function exampleOf(node: (typeof KEYS)[number][1]): unknown {
  const [example] = node.examples ?? [];
  if (example !== undefined) return example;
  const parts = Object.entries(node.properties ?? {});
  return Object.fromEntries(parts.map(([part, inner]) => [part, exampleOf(inner)]));
}

it('has keys to look at', () => {
  expect(KEYS.map(([key]) => key)).toEqual(expect.arrayContaining(['organization', 'scopes']));
});

describe.each(KEYS)('the key expect.%s', (key, node) => {
  const expecting = application({ expect: { scopes: [], [key]: exampleOf(node) } });
  const expectingNothing = application({ expect: { scopes: [] } });

  it('is compared with the claims of a token', () => {
    const compare = (given: typeof expecting) =>
      compareClaims(comparison({ claims: UNEXPECTED, application: given }));

    expect(
      compare(expecting),
      `give expect.${key} a comparison in CLAIM_CHECKS of lib/core/claims/compare.ts`,
    ).not.toEqual(compare(expectingNothing));
  });

  it('is part of how a pasted token fits', () => {
    const fitOf = (given: typeof expecting) =>
      judgeFit(UNEXPECTED, { ...SUBJECT, application: given }).mismatches;

    expect(fitOf(expecting)).not.toEqual(fitOf(expectingNothing));
  });
});

const COMPARED = [
  ...new Set(CLAIM_CHECKS.flatMap((check) => check.claims(kinde.claimNames))),
].filter((claim) => claim !== null);

describe.each(COMPARED)('the claim %s, which has a check of its own', (claim) => {
  it('is not reported again among the other claims where `compare` explains two tokens', () => {
    const token = (value: unknown) => ({
      header: { algorithm: 'RS256', keyId: 'key-1', type: 'JWT' },
      claims: claims({ [claim]: value }),
    });

    const { differences } = compareWithFresh({
      ...SUBJECT,
      application: application(),
      pasted: token('one'),
      fresh: token('other'),
    });

    // The other claims are named by JSON pointers.
    expect(differences.map(({ meaning }) => meaning).join()).not.toContain(`"/${claim}"`);
  });
});
