import { writeFileSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { createAuthority } from '../support/certificates.ts';
import { deployedFleets, SLOT } from './deployed-fleet.ts';

const deploy = deployedFleets();

/** A deployment whose services of AWS have a certificate of an authority that Node does not know. */
async function deployedBehindTls() {
  const authority = await createAuthority('Test authority');
  const awsTls = await authority.issue({ hosts: ['127.0.0.1'] });
  const fleet = await deploy({
    applications: 1,
    awsTls,
    config: { notify: { email: ['oncall@acme.com'] } },
  });
  const file = join(tmpdir(), `m2m-watch-authority-${crypto.randomUUID()}.pem`);
  writeFileSync(file, authority.cert);
  onTestFinished(() => rm(file));
  return { fleet, file };
}

describe('the certificates of AWS', () => {
  it.each([['check', { slot: SLOT }] as const, ['notify', {}] as const])(
    'are verified by the function %s whatever the environment says, and the log says so',
    async (entry, event) => {
      const { fleet } = await deployedBehindTls();
      const lambda = await fleet.start(entry, {
        environment: { NODE_TLS_REJECT_UNAUTHORIZED: '0' },
      });

      await lambda.invoke(event);

      expect(fleet.aws.calls()).toEqual([]);
      expect(lambda.logEvents()).toContainEqual(
        expect.objectContaining({
          level: 'warn',
          event: 'variable-ignored',
          ignored: expect.stringContaining('NODE_TLS_REJECT_UNAUTHORIZED=0 is ignored'),
        }),
      );
    },
  );

  it('may be of an authority that NODE_EXTRA_CA_CERTS names', async () => {
    const { fleet, file } = await deployedBehindTls();
    const lambda = await fleet.start('check', { environment: { NODE_EXTRA_CA_CERTS: file } });

    await lambda.invoke({ slot: SLOT });

    expect(fleet.aws.calls('PutMetricData')).not.toEqual([]);
  });
});
