import { afterEach, describe, expect, it } from 'vitest';
import { type LocalIssuerOptions, startLocalIssuer } from '../../support/local-issuer.ts';
import { run } from '../captured-io.ts';
import { configFolder } from '../config-folder.ts';

const cleanUps: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  await Promise.all(cleanUps.splice(0).map((cleanUp) => cleanUp()));
});

/** What a command says beside its report of an application at a server like this. */
async function saidBy(
  command: 'check' | 'init',
  issuer: LocalIssuerOptions,
  more: readonly string[],
) {
  const { issuer: url, close } = await startLocalIssuer(issuer);
  const { path: cwd, remove } = await configFolder({});
  cleanUps.push(close, remove);
  const words = ['--issuer', url, '--allow-insecure-http', '--client-id', 'sync', ...more];
  const { status, stderr } = await run([command, ...words], {
    cwd,
    environment: { M2M_CLIENT_SECRET: 'secret-of-sync-4711' },
  });
  expect(status).toBe(1);
  return stderr;
}

const REFUSED_WITH = (description: string): LocalIssuerOptions => ({
  refuse: () => ({
    status: 401,
    body: { error: 'invalid_client', error_description: description },
  }),
});

describe.each(['check', 'init'] as const)(
  '%s of an application in no file says which option to change',
  (command) => {
    it.each<[string, LocalIssuerOptions, readonly string[], RegExp]>([
      [
        'the provider chooses the audience itself',
        { claims: { aud: 'account' } },
        ['--audience', 'https://api.acme.com'],
        /: if this provider chooses the audience itself, give --no-audience instead of --audience\n/,
      ],
      [
        'the tokens are opaque',
        { claims: null },
        ['--no-audience', '--token-format', 'jwt'],
        /: if the tokens are opaque, give --token-format opaque\n/,
      ],
      [
        'the client is registered with a key',
        REFUSED_WITH('The client is registered for private_key_jwt'),
        ['--no-audience'],
        /: for a client with a key, give --private-key FILE instead of a secret\n/,
      ],
    ])('where %s', async (_, issuer, more, said) => {
      expect(await saidBy(command, issuer, more)).toMatch(said);
    });

    it('and nothing where no option would help', async () => {
      const publicClient = REFUSED_WITH("The client is registered for 'none'");

      expect(await saidBy(command, publicClient, ['--no-audience'])).not.toContain('give --');
      expect(await saidBy(command, REFUSED_WITH('wrong secret'), ['--no-audience'])).not.toContain(
        'give --',
      );
    });
  },
);
