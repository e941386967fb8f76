// Each sentence of "Threats and defences" in SECURITY.md, and the test that shows it: a sentence that is new or
// changed fails here until it has one.

import { existsSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';

const ROOT = new URL('../../', import.meta.url);
const read = (path: string) => readFileSync(new URL(path, ROOT), 'utf8');

/** A sentence that promises nothing: it explains, or advises. */
const EXPLAINS = null;

/** Where a sentence is shown: a file of tests, and the beginning of a title in it. */
type Proof = readonly [file: string, title: string];

/** By paragraph: each sentence as it stands in the page, with its proofs. */
const PROMISES: Readonly<
  Record<string, readonly (readonly [said: string, proofs: readonly Proof[] | null])[]>
> = {
  'A secret or a token in an output': [
    [
      'A secret has its own type, which prints `[secret]` however it is turned into text; one search (`reveal()`) finds every place that takes the value out.',
      [['test/core/secret.test.ts', 'prints a mask on every road to text']],
    ],
    [
      'Text from a provider or an API is redacted before it is cut.',
      [['test/core/text/redact.test.ts', 'redacts before it cuts, so that no part of a secret']],
    ],
    [
      'Until a run ends, its cleaner knows what the run read and was granted, of all applications, and finds it in the text and in what the text decodes to: percent, quoted-printable, HTML and JSON escapes, base64, base32, hexadecimal, lists of bytes and UTF-16, also one over the other, in any case and width, with white space or punctuation in it, and with an end missing.',
      [
        ['test/core/text/known-secrets.test.ts', 'finds $secret $name'],
        ['test/leaks/neighbours.test.ts', 'that a provider shows %s before it was read'],
        ['test/leaks/planted-secrets.test.ts', 'that peers give back %s'],
      ],
    ],
    [
      'Of a token each part is looked for.',
      [
        ['test/core/text/known-secrets.test.ts', 'finds %s'],
        ['test/leaks/neighbours.test.ts', 'cannot be put together again from the report'],
      ],
    ],
    [
      'What nobody knows is redacted by its shape: a JWT, a PEM, a key of a known kind, a field that is named after a secret, a long random run.',
      [['test/core/text/redact.test.ts', 'redacts %s']],
    ],
    [
      'When the run ends, every report is cleaned once more, with all that is known by then.',
      [['test/leaks/neighbours.test.ts', 'that a provider shows %s before it was read']],
    ],
    [
      'A text that would take too long is not shown.',
      [
        ['test/core/text/known-secrets.test.ts', 'drops what one report is given too much of'],
        ['test/core/text/known-secrets.test.ts', 'gives nothing of a text that decodes to more'],
      ],
    ],
    [
      'A peer that knows a secret can always write it in a way that no cleaner reads, letter by letter between words: this is no defence against a provider that wants to disclose what it knows.',
      EXPLAINS,
    ],
    [
      'Property tests plant secrets and search for them in the output of every command.',
      [['test/leaks/planted-secrets.test.ts', 'is in no output of %s, whatever it is']],
    ],
  ],
  'A secret in the configuration': [
    [
      'There is no place for one.',
      [['test/security/hostile-provider.test.ts', 'is refused in each place, and nothing of it']],
    ],
    [
      'The schema accepts only references (an environment variable, a file, a secret store), also for headers of the call and parameters of the token request, and rejects a literal value, PEM and JWK included, with a message that says so and quotes nothing of it.',
      [
        ['test/core/config/secrets-in-config.test.ts', 'may be read from each place instead'],
        ['test/security/hostile-provider.test.ts', 'is refused in each place, and nothing of it'],
        ['test/leaks/private-key.test.ts', 'are in no message about a configuration that holds'],
      ],
    ],
    [
      'A literal counts as a secret by the name of its header or parameter, or by its shape: a JWT, a key of a known kind, `Bearer` and `Basic`, a long random text.',
      [
        ['test/core/config/secrets-in-config.test.ts', 'is refused by its name as a parameter'],
        ['test/core/config/secrets-in-config.test.ts', 'is refused by its value under any name'],
      ],
    ],
    [
      'An address may hold no user name, no password and no parameter of such a name or shape.',
      [['test/core/config/secrets-in-config.test.ts', 'is refused, and not quoted: %s']],
    ],
    [
      'A key or a name that may be a secret is not quoted either, in problems of YAML, in paths, and where something cannot be read.',
      [
        ['test/core/config/quoting.test.ts', 'shows no secret %s'],
        ['test/core/config/secrets-in-config.test.ts', 'refuses a secret in the name of an'],
        ['test/leaks/planted-secrets.test.ts', 'of a file of credentials is not quoted: %s'],
      ],
    ],
    [
      'A short secret that somebody writes where any text may stand, such as `owner`, is not recognised: nothing shows what it is.',
      EXPLAINS,
    ],
  ],
  'Client id and secret swapped': [
    [
      'Where the ids of a provider have one shape, a swapped pair is refused before anything is sent.',
      [['test/scenarios/swapped-credentials.test.ts', 'is refused before anything is sent where']],
    ],
    [
      'At every provider, what was read as a client id is shown only if it cannot be the secret, or says nothing that it is: [docs/decisions/client-id-that-is-a-secret.md](docs/decisions/client-id-that-is-a-secret.md) has the rule.',
      [
        [
          'test/scenarios/swapped-credentials.test.ts',
          'shows the secret in no line of serve, and in',
        ],
        ['test/core/provider/client-id.test.ts', 'is the beginning of a long random one'],
      ],
    ],
    [
      'What is hidden of it is redacted in the text of others, too.',
      [['test/scenarios/swapped-credentials.test.ts', 'shows the secret in no output of %s']],
    ],
  ],
  'A secret on the command line': [
    [
      'No option takes one (`--private-key` takes the name of a file), because the shell history and the process list keep options.',
      [['test/security/hostile-provider.test.ts', 'takes no secret']],
    ],
    [
      'm2m-watch prompts for it without echo, or reads it from a variable, a file, a store or standard input.',
      [
        ['test/cli/questions.test.ts', 'show nothing of a secret, however it is typed'],
        ['test/cli/check/check-without-file.test.ts', 'is asked for at a terminal, and not shown'],
        ['test/cli/check/check-without-file.test.ts', 'is read from standard input on request'],
        ['test/cli/stores-on-aws.test.ts', 'are read from %s with the login of the environment'],
      ],
    ],
    [
      'It reads `.env` next to the configuration only for the variables that credential sources name: `.env` cannot set a proxy or a Node option, and never overrides the environment.',
      [
        ['test/cli/load-config.test.ts', 'decides nothing but credentials'],
        ['test/cli/load-config.test.ts', 'does not override the environment'],
      ],
    ],
    [
      '`init` writes a typed secret to `.env` only after telling you so, with access for its owner only, and only if Git ignores the file; [docs/decisions/secret-of-init.md](docs/decisions/secret-of-init.md) says why.',
      [
        ['test/cli/init/init-command.test.ts', 'shows the secret nowhere, and writes it into .env'],
        ['test/config-file/env-file.test.ts', 'is not where Git does not ignore the file'],
      ],
    ],
  ],
  'Credentials sent to the wrong place': [
    [
      "The `issuer` in the discovery document must be the configured one, and its endpoints must be on the issuer's own origin (scheme, host and port) or `https` on a host listed in `hosts`.",
      [
        ['test/core/discovery/discovery.test.ts', 'is refused for an endpoint with %s'],
        ['test/security/hostile-provider.test.ts', 'gets credentials on a host of `hosts`'],
      ],
    ],
    [
      'Otherwise nothing is sent.',
      [
        ['test/security/hostile-provider.test.ts', 'gets nothing on another port'],
        ['test/security/hostile-provider.test.ts', 'gets nothing where the document is of another'],
      ],
    ],
    [
      'Requests with credentials or a token never follow a redirect.',
      [
        ['test/security/hostile-provider.test.ts', 'of %s is followed by no request, to no host'],
        ['test/adapters/notify/channels.test.ts', 'keeps the notice after %s'],
      ],
    ],
    [
      'A token goes to `call.url` only after its signature, its issuer, the audience that was requested and its validity period are verified; an opaque token, or one that only its API can read, is sent as it is.',
      [
        ['test/scenarios/call-withheld.test.ts', 'is not sent to the API: it %s'],
        ['test/check/check-application.test.ts', 'never sends a token that is not verified'],
      ],
    ],
    [
      'Certificates are always verified, those of receivers of notices and of AWS included: `NODE_TLS_REJECT_UNAUTHORIZED=0` is removed from the process at its start, and a line says so.',
      [
        ['test/adapters/http/failures.test.ts', 'is refused whatever the environment says'],
        ['test/adapters/notify/channels.test.ts', 'keeps the notice where the certificate is not'],
        ['test/functions/certificates.test.ts', 'are verified by the function %s whatever'],
        ['test/cli/stores-on-aws.test.ts', 'are not read where the certificate is not one to'],
      ],
    ],
    [
      'An authority of your own is trusted if `ca` or `NODE_EXTRA_CA_CERTS` names it.',
      [
        ['test/check/any-server.test.ts', 'trusts a certificate of the authority that is'],
        ['test/functions/certificates.test.ts', 'may be of an authority that NODE_EXTRA_CA_CERTS'],
      ],
    ],
    [
      '`http:` is refused, except on loopback if the configuration allows it.',
      [
        ['test/scenarios/bad-provider.test.ts', 'http: is refused before anything is read'],
        ['test/adapters/http/failures.test.ts', 'an address that nothing is sent to'],
      ],
    ],
  ],
  'Requests to internal addresses (SSRF)': [
    ['m2m-watch connects to the addresses in its configuration.', EXPLAINS],
    [
      'That is its purpose, and whoever may write the configuration may choose any address, including private ones.',
      EXPLAINS,
    ],
    [
      "A _provider_ cannot choose an address: endpoints from discovery must be on the issuer's origin or on a host of `hosts`, a key's `jku` and `x5u` are never followed, and links in replies are never opened.",
      [
        ['test/security/hostile-provider.test.ts', 'gets nothing on another port'],
        ['test/security/hostile-provider.test.ts', 'of a key in the header of a token is not'],
        ['test/security/hostile-provider.test.ts', 'that is a link is not opened'],
      ],
    ],
    [
      'Do not accept configuration from people whom you would not let send requests from that network.',
      EXPLAINS,
    ],
    [
      'On AWS, give the functions no more network access than their providers and APIs need.',
      EXPLAINS,
    ],
  ],
  'Hostile text': [
    [
      'Text from a provider or an API is data: it is cut to 300 characters, stripped of control and bidirectional characters and of e-mail addresses, never a link in e-mail, chat and PagerDuty, and escaped for where it is shown (terminal, JSON, Slack, Teams, XML, Prometheus).',
      [
        ['test/scenarios/bad-provider.test.ts', 'of 100,000 characters is cut'],
        ['test/scenarios/bad-provider.test.ts', 'in the claims and the key id of a token is shown'],
        ['test/tables/sinks.test.ts', 'starts nothing: --format %s'],
        ['test/tables/sinks.test.ts', 'starts nothing, and becomes no link, in any channel'],
      ],
    ],
    [
      'Where the runner of a pipeline reads along (GitHub, GitLab, Azure, TeamCity, Buildkite, Travis), it starts no command.',
      [['test/tables/sinks.test.ts', 'starts nothing: --format %s']],
    ],
    [
      'A name from a reply appears in a title or a fix only if it equals one that m2m-watch sent.',
      [['test/security/hostile-provider.test.ts', 'is in no title and in no fix: %s']],
    ],
  ],
  'Hostile size and time': [
    [
      'Connecting, headers, body and the whole request each have a time limit.',
      [
        ['test/adapters/http/failures.test.ts', 'is not connected to in time'],
        ['test/adapters/http/failures.test.ts', 'never answers'],
        ['test/adapters/http/bodies.test.ts', 'is given up at the deadline when it drips on'],
        ['test/adapters/http/interim-replies.test.ts', 'is waited after no longer than'],
      ],
    ],
    [
      'A body may hold at most 256 KiB after decompression; discovery documents and key sets are limited too.',
      [
        ['test/adapters/http/bodies.test.ts', 'is bounded: of 10 MB the first 256 KiB are kept'],
        ['test/security/hostile-provider.test.ts', 'is not read on: %s'],
      ],
    ],
    [
      'One failing application does not hold up the others, and a few failing ones say nothing about their provider.',
      [
        ['test/check/bad-neighbours.test.ts', 'are checked by `check`, each healthy one: %s'],
        ['test/scenarios/bad-provider.test.ts', 'of a provider that hangs does not delay'],
      ],
    ],
  ],
  'A forged token': [
    [
      "The algorithm must be on the provider's list, which cannot contain `none` or symmetric algorithms.",
      [
        ['test/scenarios/algorithm-not-allowed.test.ts', 'is certain for a good algorithm that is'],
        ['test/adapters/keys/jose-verifier.test.ts', 'is never allowed: %s'],
        ['test/core/config/parse-config.test.ts', 'answers %s = %j with one line'],
      ],
    ],
    [
      "Keys come only from the provider's key endpoint.",
      [['test/security/hostile-provider.test.ts', 'of a key in the header of a token is not']],
    ],
    [
      'The claims of an unverified token never lead a diagnosis.',
      [
        [
          'test/core/diagnosis/diagnose.property.test.ts',
          'never lets the claims of a token that is',
        ],
        ['test/scenarios/algorithm-not-allowed.test.ts', 'leads whatever the claims of such a'],
      ],
    ],
  ],
  'The monitor as the outage': [
    [
      "Concurrency is limited per provider, `Retry-After` is honoured, and a refused application is not checked so often that its client gets locked or the month's tokens are used up.",
      [
        ['test/check/waiting.test.ts', 'never has more than the limit under way'],
        ['test/scenarios/provider-rate-limited.test.ts', 'is certain for an application of the'],
        ['test/core/plan/plan-run.test.ts', 'checks every 15 minutes in the first hour of an'],
        ['test/core/plan/plan-run.test.ts', 'makes no more checks than tokens are left'],
      ],
    ],
  ],
  'A silent monitor': [
    [
      'An internal error of m2m-watch has a cause of its own family.',
      [['test/scenarios/monitor-fault.test.ts', 'is certain where a port throws']],
    ],
    [
      'It never looks like a healthy application, and never like an unhealthy one.',
      [['test/scenarios/monitor-fault.test.ts', 'stays with the application whose check it ended']],
    ],
    [
      'Where the state cannot be kept (no room, no permission, damaged, removed), `serve` checks and notifies from memory, and tells of it: [docs/decisions/state-in-memory-meanwhile.md](docs/decisions/state-in-memory-meanwhile.md).',
      [['test/cli/serve-command.test.ts', 'checks and notifies from memory where its state']],
    ],
  ],
  'A way into the memory': [
    [
      'SIGUSR1 opens no inspector, neither in the launcher nor in what it starts.',
      [
        ['test/launcher/start.test.ts', 'opens no inspector at SIGUSR1'],
        ['test/cli/serve-process.test.ts', 'opens no inspector at SIGUSR1'],
      ],
    ],
    [
      '`NODE_OPTIONS=--inspect` does: whoever sets the environment of the process decides so.',
      EXPLAINS,
    ],
  ],
  'Supply chain': [
    [
      'Versions are exact, and the lock file holds the hash of every package.',
      [
        ['test/security/supply-chain.test.ts', 'have exact versions'],
        ['test/security/supply-chain.test.ts', 'have a hash in the lock file, each'],
      ],
    ],
    [
      'No package needs an install script, and `.npmrc` turns them off.',
      [['test/security/supply-chain.test.ts', 'run no install script']],
    ],
    [
      'The launcher runs `npm ci`, which installs exactly what the lock file names, or nothing.',
      [['test/security/supply-chain.test.ts', 'are installed by npm ci alone']],
    ],
    [
      'The Node that is bundled for older machines is a locked package like the others.',
      [['test/security/supply-chain.test.ts', 'include the Node for older machines']],
    ],
    [
      'There are few run-time dependencies.',
      [['test/security/supply-chain.test.ts', 'that run in production are few']],
    ],
    [
      'CI installs npm packages only from the lock file.',
      [['test/security/supply-chain.test.ts', 'are installed by npm ci alone']],
    ],
  ],
};

/** The paragraphs of a section: the title in bold, and the sentences after it. */
function paragraphsOf(page: string, heading: string): ReadonlyMap<string, readonly string[]> {
  const [, section = ''] = page.split(`\n## ${heading}\n`);
  const [body = ''] = section.split('\n## ');
  return new Map(
    [...body.matchAll(/^\*\*(.+?)\.\*\* (.+)$/gm)].map(([, title = '', text = '']) => [
      title,
      text.split(/(?<=[.])\s+(?=[A-Z`])|(?<=[.])\s+(?=m2m-watch )/),
    ]),
  );
}

/** All of test/leaks shows this paragraph. */
const PARAGRAPHS = paragraphsOf(read('SECURITY.md'), 'Threats and defences');

describe('SECURITY.md', () => {
  it('has no paragraph of threats and defences that is not looked at here', () => {
    const looked = Object.keys(PROMISES);

    expect([...PARAGRAPHS.keys()].toSorted()).toEqual(looked.toSorted());
  });

  it.each(Object.entries(PROMISES))('says nothing more or else of: %s', (title, promises) => {
    expect(PARAGRAPHS.get(title)).toEqual(promises.map(([said]) => said));
  });

  it.each(
    Object.values(PROMISES).flatMap((promises) =>
      promises.flatMap(([said, proofs]) => (proofs === EXPLAINS ? [] : [[said, proofs] as const])),
    ),
  )('has a test that shows: %s', (_, proofs) => {
    expect(proofs).not.toEqual([]);
    for (const [file, title] of proofs) {
      expect(existsSync(new URL(file, ROOT)), file).toBe(true);
      expect(
        titlesOf(file).filter((each) => each.includes(title)),
        `${file}: ${title}`,
      ).not.toEqual([]);
    }
  });
});

/** The titles of a file of tests. */
function titlesOf(file: string): readonly string[] {
  const titles = read(file).matchAll(
    /\b(?:it|describe)(?:\.each)?[^'"`]*?\(\s*(['"`])(.*?)\1|\)\(\s*(['"`])(.*?)\3/gs,
  );
  return Array.from(titles, ([, , first, , second]) => first ?? second ?? '');
}
