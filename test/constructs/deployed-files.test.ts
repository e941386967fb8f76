import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { deployedFiles, missingCertificates } from '../../lib/constructs/function-code.ts';
import { fleetConfig } from './fleet-config.ts';

const folder = mkdtempSync(join(tmpdir(), 'm2m-watch-files-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const PEM = '-----BEGIN CERTIFICATE-----\nAA==\n-----END CERTIFICATE-----\n';
writeFileSync(join(folder, 'internal.pem'), PEM);
writeFileSync(join(folder, 'empty.pem'), '');

describe('deployedFiles', () => {
  it('takes certificates along, and names them as they lie beside the configuration', () => {
    const config = fleetConfig({ provider: { ca: { file: 'internal.pem' } } });

    const deployed = deployedFiles(config, folder);

    expect(deployed.files).toEqual({ 'ca-acme.pem': PEM });
    expect(deployed.config.providers['acme']?.ca).toEqual({ file: 'ca-acme.pem' });
    expect(config.providers['acme']?.ca).toEqual({ file: 'internal.pem' });
  });

  it('changes nothing of a configuration that names no files', () => {
    const config = fleetConfig();

    expect(deployedFiles(config, folder)).toEqual({ config, files: {} });
  });
});

describe('missingCertificates', () => {
  it.each([
    ['nowhere.pem', 'is `nowhere.pem`, which cannot be read (ENOENT)'],
    ['empty.pem', 'is `empty.pem`, which holds no certificate'],
  ])('says of %s what is wrong', (file, message) => {
    const config = fleetConfig({ provider: { ca: { file } } });

    expect(missingCertificates(config, folder)).toEqual([
      {
        path: ['providers', 'acme', 'ca', 'file'],
        message: `${message}: name a file of certificates in PEM form`,
        about: 'value',
      },
    ]);
  });

  it('has nothing against a file of certificates, or none', () => {
    expect(missingCertificates(fleetConfig(), folder)).toEqual([]);
    const config = fleetConfig({ provider: { ca: { file: 'internal.pem' } } });
    expect(missingCertificates(config, folder)).toEqual([]);
  });
});
