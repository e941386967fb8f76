import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** A folder with these files, for one test; `remove` takes it away. */
export async function configFolder(
  files: Readonly<Record<string, string>>,
): Promise<{ readonly path: string; remove(): Promise<void> }> {
  const path = await mkdtemp(join(tmpdir(), 'm2m-watch-cli-'));
  await Promise.all(Object.entries(files).map(([name, text]) => writeFile(join(path, name), text)));
  return { path, remove: () => rm(path, { recursive: true }) };
}

/** A configuration with these applications at a provider on loopback, as text. */
export function configText(
  applications: Readonly<Record<string, object>>,
  issuer = 'http://127.0.0.1:9',
  provider: object = {},
): string {
  return JSON.stringify({
    version: 1,
    deployment: 'test',
    providers: { acme: { type: 'kinde', issuer, allowInsecureHttp: true, ...provider } },
    applications,
  });
}

/** An application whose credentials are in the variables `<PREFIX>_ID` and `<PREFIX>_SECRET`. */
export function application(prefix: string, parts: object = {}): object {
  return {
    provider: 'acme',
    credentials: { env: { clientId: `${prefix}_ID`, clientSecret: `${prefix}_SECRET` } },
    audience: 'https://api.acme.com',
    ...parts,
  };
}
