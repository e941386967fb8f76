import { createHmac } from 'node:crypto';
import type { IdentifyCredentials } from '../../check/ports.ts';
import type { Secret } from '../../core/secret.ts';

/**
 * Names credentials by HMAC-SHA-256 (RFC 2104) under a key.
 *
 * The issuer is part of it: what one provider accepted says nothing of another.
 */
export function createFingerprint(key: Secret<Buffer>): IdentifyCredentials {
  const fingerprint = (parts: readonly string[]) =>
    createHmac('sha256', key.reveal()).update(JSON.stringify(parts)).digest('hex');
  return ({ clientId, clientSecret }, issuer) => ({
    fingerprint: fingerprint(['credentials', issuer, clientId, clientSecret.reveal()]),
    clientFingerprint: fingerprint(['client', issuer, clientId]),
  });
}
