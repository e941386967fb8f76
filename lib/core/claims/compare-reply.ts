// After the token reply, before diagnosis: what the reply says of an opaque token, whose claims nobody but its issuer reads.

import { compareScopes } from './compare-grants.ts';
import { type Comparison, type Mismatch, type RawMismatch, shownMismatch } from './mismatch.ts';
import { exceptOurs } from './show-value.ts';

/**
 * Compares what the reply says of an opaque token with what is expected: its scopes and its lifetime.
 *
 * A reply without `scope`, or with an empty one, which is no scope by its grammar, grants what was
 * requested (RFC 6749 sections 3.3 and 5.1); where nothing was, it says nothing of scopes, and nothing
 * is compared.
 */
export function compareReply(comparison: Comparison): readonly Mismatch[] {
  const { application, replyScopes } = comparison;
  const granted = replyScopes?.length ? replyScopes : application.scopes;
  const ours = [...(application.scopes ?? []), ...application.expect.scopes];
  const clean = exceptOurs(comparison.clean, ours);
  const scopes =
    granted === null
      ? []
      : compareScopes({ ...comparison, claims: {}, replyScopes: granted, clean });
  return [...scopes, ...compareReplyLifetime(comparison)].map((raw) => shownMismatch(raw, clean));
}

function compareReplyLifetime({
  application,
  expiresInSeconds,
}: Comparison): readonly RawMismatch[] {
  const expected = application.expect.lifetimeSeconds;
  if (expected === null) return [];
  const { atLeast, atMost } = expected;
  const finding = {
    cause: 'lifetime-out-of-range',
    claim: null,
    expected,
    actual: expiresInSeconds,
    severity: 'warning',
  } as const;
  if (expiresInSeconds === null) {
    const detail = 'the reply has no expires_in: how long the token lives is not known';
    return [{ ...finding, reason: 'missing', detail }];
  }
  const isShort = atLeast !== null && expiresInSeconds < atLeast;
  const isLong = atMost !== null && expiresInSeconds > atMost;
  if (!isShort && !isLong) return [];
  const bound = isShort ? `at least ${atLeast} s` : `at most ${atMost} s`;
  const detail = `by expires_in the token lives ${expiresInSeconds} s; expected ${bound}`;
  return [{ ...finding, reason: 'out-of-range', detail }];
}
