import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { GetFunctionCommand, type LambdaClient } from '@aws-sdk/client-lambda';
import type { Moto } from './moto.ts';

/** A function as the emulator holds it. */
export interface DeployedFunction {
  readonly name: string;
  readonly modulePath: string;
  /** The configuration in its code. */
  readonly config: unknown;
  /** Of the deployment: what the stack set. */
  readonly environment: Readonly<Record<string, string>>;
}

/** Takes a function's code and environment back from the emulator, into a folder. */
export async function takeBack(
  { lambda, moto }: { readonly lambda: LambdaClient; readonly moto: Moto },
  { name, folder }: { readonly name: string; readonly folder: string },
): Promise<DeployedFunction> {
  const { Configuration, Code } = await lambda.send(new GetFunctionCommand({ FunctionName: name }));
  if (Code?.Location === undefined) throw new TypeError(`the emulator has no code of ${name}`);
  const zip = await download(Code.Location, moto);
  const hash = createHash('sha256').update(zip).digest('base64');
  if (hash !== Configuration?.CodeSha256) throw new Error(`the code of ${name} is another one`);
  await mkdir(folder, { recursive: true });
  const zipPath = join(folder, 'code.zip');
  await writeFile(zipPath, zip);
  const unzipped = spawnSync('python3', ['-m', 'zipfile', '-e', zipPath, folder], {
    encoding: 'utf8',
  });
  if (unzipped.status !== 0) throw new Error(`cannot unzip: ${unzipped.stderr}`);
  return {
    name,
    modulePath: join(folder, 'index.mjs'),
    config: JSON.parse(await readFile(join(folder, 'config.json'), 'utf8')) as unknown,
    environment: Configuration.Environment?.Variables ?? {},
  };
}

/** The emulator names Amazon's host of its buckets: the object is read from the emulator itself. */
async function download(location: string, { url }: Moto): Promise<Buffer> {
  const { hostname, pathname } = new URL(location);
  const bucket = /^(.+)\.s3[.-]/.exec(hostname)?.[1];
  const path = bucket === undefined ? pathname : `/${bucket}${pathname}`;
  const reply = await fetch(`${url}${path}`, {
    // A request without a signature is not let in; the emulator looks at its form only.
    headers: {
      authorization:
        'AWS4-HMAC-SHA256 Credential=emulated/20261123/eu-west-1/s3/aws4_request, SignedHeaders=host, Signature=0',
    },
  });
  if (!reply.ok) throw new Error(`the emulator answers ${reply.status} for ${location}`);
  return Buffer.from(await reply.arrayBuffer());
}
