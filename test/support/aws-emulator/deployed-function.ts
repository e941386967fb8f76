import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { GetFunctionCommand, type LambdaClient } from '@aws-sdk/client-lambda';
import { ACCOUNT, emulatorUrl, REGION } from './account.ts';

/** The bucket that `cdk bootstrap` makes. */
const ASSETS = `cdk-hnb659fds-assets-${ACCOUNT}-${REGION}`;

/** A function as the emulator holds it. */
export interface DeployedFunction {
  readonly name: string;
  /** Where its code was unpacked: what the zip holds, and nothing above it. */
  readonly folder: string;
  readonly handler: string;
  readonly runtime: string;
  readonly timeoutSeconds: number;
  readonly roleName: string;
  /** What the deployment set. */
  readonly environment: Readonly<Record<string, string>>;
  /** The configuration in its code. */
  readonly config: unknown;
}

/** Takes a function's code and setting back from the emulator, and unpacks it into a folder. */
export async function takeBack(
  lambda: LambdaClient,
  { name, folder }: { readonly name: string; readonly folder: string },
): Promise<DeployedFunction> {
  const { Configuration, Code } = await lambda.send(new GetFunctionCommand({ FunctionName: name }));
  if (Code?.Location === undefined) throw new TypeError(`the emulator has no code of ${name}`);
  const zip = await download(Code.Location);
  const hash = createHash('sha256').update(zip).digest('base64');
  if (hash !== Configuration?.CodeSha256) throw new Error(`the code of ${name} is another one`);
  await mkdir(folder, { recursive: true });
  const zipPath = `${folder}.zip`;
  await writeFile(zipPath, zip);
  const unzip = spawnSync('python3', ['-m', 'zipfile', '-e', zipPath, folder], {
    encoding: 'utf8',
  });
  if (unzip.status !== 0) throw new Error(`cannot unpack the code of ${name}: ${unzip.stderr}`);
  return {
    name,
    folder,
    handler: Configuration.Handler ?? '',
    runtime: Configuration.Runtime ?? '',
    timeoutSeconds: Configuration.Timeout ?? 0,
    roleName: Configuration.Role?.split('/').at(-1) ?? '',
    environment: Configuration.Environment?.Variables ?? {},
    config: JSON.parse(await readFile(join(folder, 'config.json'), 'utf8')) as unknown,
  };
}

/** The emulator names a bucket of Lambda's own: the object is in that of the CDK, under the same key. */
async function download(location: string): Promise<Buffer> {
  const key = new URL(location).pathname;
  const scope = `emulated/20261123/${REGION}/s3/aws4_request`;
  const reply = await fetch(`${emulatorUrl()}/${ASSETS}${key}`, {
    // A request without a signature is not let in; the emulator looks at its form only.
    headers: {
      authorization: `AWS4-HMAC-SHA256 Credential=${scope}, SignedHeaders=host, Signature=0`,
    },
  });
  if (!reply.ok) throw new Error(`the emulator answers ${reply.status} for ${ASSETS}${key}`);
  return Buffer.from(await reply.arrayBuffer());
}
