import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { ProviderConfig } from '../../lib/core/config/provider-config.ts';
import { ConnectionSetupError, connectionOptions } from '../../lib/wiring/provider-shares.ts';
import { createAuthority } from '../support/certificates.ts';
import { providerConfig } from '../support/evidence.ts';

let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'm2m-watch-wiring-'));
});
afterEach(() => rm(folder, { recursive: true }));

const provider = (parts: Partial<ProviderConfig>) => providerConfig({ name: 'acme', ...parts });

describe('connectionOptions', () => {
  it('is empty for a provider that says nothing of its connections', async () => {
    expect(await connectionOptions([provider({})], folder)).toEqual(new Map([['acme', {}]]));
  });

  it('gives the proxy, and the certificates of a file beside the configuration', async () => {
    const { cert } = await createAuthority('Internal');
    await writeFile(join(folder, 'ca.pem'), cert);
    const proxy = 'http://127.0.0.1:3128';

    const options = await connectionOptions([provider({ proxy, ca: { file: 'ca.pem' } })], folder);

    expect(options.get('acme')).toEqual({ proxy, ca: cert });
  });

  it('names each file that cannot be used, and what is wanted', async () => {
    await writeFile(join(folder, 'text.pem'), 'no certificate');
    await writeFile(
      join(folder, 'odd.pem'),
      '-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n',
    );
    const files = ['gone.pem', 'text.pem', 'odd.pem'];

    const asked = connectionOptions(
      files.map((file, index) => provider({ name: `p${index}`, ca: { file } })),
      folder,
    );

    const error: unknown = await asked.catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(ConnectionSetupError);
    expect((error as ConnectionSetupError).lines).toEqual([
      'providers.p0.ca.file is `gone.pem`, which cannot be read (ENOENT): name a file of certificates in PEM form',
      ...[1, 2].map(
        (index) =>
          `providers.p${index}.ca.file is \`${files[index]}\`, which holds no readable certificates: PEM is wanted, with lines BEGIN CERTIFICATE and END CERTIFICATE`,
      ),
    ]);
  });
});
