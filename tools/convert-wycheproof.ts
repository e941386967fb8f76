// Converts test vectors of Wycheproof into test/fixtures/wycheproof: `node bin/run.mjs tools/convert-wycheproof.ts
// FOLDER`, where FOLDER is the folder testvectors_v1 of a checkout of github.com/C2SP/wycheproof.
import { createPublicKey } from 'node:crypto';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

/** Signatures over bytes: the file, and the algorithm of RFC 7518 that verifies them. */
const SIGNATURES = {
  rsa_signature_2048_sha256_test: 'RS256',
  rsa_pss_2048_sha256_mgf1_32_test: 'PS256',
  ecdsa_secp256r1_sha256_p1363_test: 'ES256',
  ecdsa_secp384r1_sha384_p1363_test: 'ES384',
  ecdsa_secp521r1_sha512_p1363_test: 'ES512',
  ed25519_test: 'EdDSA',
} as const;

const TOKENS = 'json_web_signature_test';

interface Vectors {
  readonly testGroups: readonly {
    readonly publicKeyPem?: string;
    readonly public?: object;
    readonly private?: object;
    readonly tests: readonly {
      readonly tcId: number;
      readonly result: string;
      readonly msg?: string;
      readonly sig?: string;
      readonly jws?: unknown;
    }[];
  }[];
}

const base64url = (hex = '') => Buffer.from(hex, 'hex').toString('base64url');

async function main([folder]: readonly string[]): Promise<void> {
  if (folder === undefined) throw new Error('no folder given: name testvectors_v1 of Wycheproof');
  const read = async (name: string): Promise<Vectors> =>
    JSON.parse(await readFile(join(folder, `${name}.json`), 'utf8'));
  const write = (name: string, groups: readonly object[]) =>
    writeFile(
      join(import.meta.dirname, '..', 'test', 'fixtures', 'wycheproof', `${name}.jsonl`),
      groups.map((group) => `${JSON.stringify(group)}\n`).join(''),
    );

  for (const [name, algorithm] of Object.entries(SIGNATURES)) {
    const { testGroups } = await read(name);
    const groups = testGroups.map(({ publicKeyPem = '', tests }) => ({
      algorithm,
      key: createPublicKey(publicKeyPem).export({ format: 'jwk' }),
      tests: tests.map(({ tcId, result, msg, sig }) => [
        tcId,
        result,
        base64url(msg),
        base64url(sig),
      ]),
    }));
    await write(name.replace(/_test$/, ''), groups);
  }
  const { testGroups } = await read(TOKENS);
  const groups = testGroups.map((group) => ({
    key: group.public ?? group.private,
    tests: group.tests.map(({ tcId, result, jws }) => [
      tcId,
      result,
      typeof jws === 'string' ? jws : JSON.stringify(jws),
    ]),
  }));
  await write('json_web_signature', groups);
}

await main(process.argv.slice(2));
