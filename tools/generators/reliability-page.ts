import { glob, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { CAUSE_IDS } from '../../lib/core/causes/causes.ts';
import { ALL_ENCODINGS } from '../../test/leaks/echo-encodings.ts';
import { AWS_CALLS, AWS_FAULTS } from '../../test/reliability/aws-faults.ts';
import { HOSTILE_TOKENS } from '../../test/reliability/hostile-tokens.ts';
import { PROVIDER_FAULTS } from '../../test/reliability/provider-faults.ts';
import { readVectors } from '../../test/reliability/wycheproof.ts';
import { BAD_NEIGHBOURS } from '../../test/support/bad-neighbours.ts';
import { HOSTILE_TEXTS } from '../../test/support/hostile-texts.ts';
import type { GeneratedFile } from '../generated-file.ts';

const TESTS = join(import.meta.dirname, '..', '..', 'test');

const INTRODUCTION = `# Reliability

<!-- Generated from the tables of the suites by \`npm run docs\`: the numbers are their own. -->

What is played against m2m-watch, and how often. Each number is counted in the table that the suite runs on, so it can
not be larger than what is tested. Every suite but the last two is part of \`npm test\`; all of them use loopback only.`;

/** A suite: what it plays, what it shows, and how it is run. */
interface Suite {
  readonly title: string;
  /** What is counted, with its number. */
  readonly counts: readonly (readonly [number: number, of: string])[];
  readonly shows: string;
  readonly command: string;
}

async function suites(): Promise<readonly Suite[]> {
  const vectors = await readVectors();
  const distinct = new Set(PROVIDER_FAULTS.map(({ what }) => what)).size;
  return [
    {
      title: 'Provider faults',
      counts: [
        [distinct, 'distinct faults'],
        [
          PROVIDER_FAULTS.length,
          'checks, each fault at one or more of discovery, token, keys and API',
        ],
      ],
      shows:
        'Whatever a peer does over TCP, TLS or HTTP, the check names the cause and keeps its time limit, few bytes are read, and an application at another provider in the same run is healthy.',
      command: 'npm test -- test/reliability/provider-faults',
    },
    {
      title: 'Hostile tokens and keys',
      counts: [
        [
          HOSTILE_TOKENS.filter(({ isSent }) => !isSent).length,
          'tokens and key sets that must not be believed',
        ],
        [HOSTILE_TOKENS.filter(({ isSent }) => isSent).length, 'odd ones that must be borne'],
      ],
      shows:
        'A token that is not valid never makes an application healthy and never reaches the API; a valid one does, however odd it is.',
      command: 'npm test -- test/reliability/hostile-tokens',
    },
    {
      title: 'Test vectors of Wycheproof',
      counts: [
        [vectors.filter(({ of }) => of.kind === 'token').length, 'signed tokens'],
        [
          vectors.filter(({ of }) => of.kind === 'signature').length,
          'signatures of RSA, ECDSA and Ed25519',
        ],
      ],
      shows:
        'No invalid signature is taken for valid, and no valid one is refused, with the keys as the verifier imports them.',
      command: 'npm test -- test/reliability/wycheproof',
    },
    {
      title: 'Bad neighbours',
      counts: [
        [
          Object.keys(BAD_NEIGHBOURS).length,
          'drills of thirty applications, by `check`, `serve` and the deployed function',
        ],
      ],
      shows: 'Failing applications hide no healthy one of the same provider.',
      command: 'npm test -- test/check/bad-neighbours',
    },
    {
      title: 'Leaks',
      counts: [[Object.keys(ALL_ENCODINGS).length, 'ways of giving a secret back']],
      shows: 'A secret that a peer sends back, however it is written, is in no output.',
      command: 'npm test -- test/leaks',
    },
    {
      title: 'Hostile texts',
      counts: [[HOSTILE_TEXTS.length, 'texts, in every place that shows one']],
      shows:
        'What a provider says starts no command in the log of a pipeline, steers no terminal, and becomes no link.',
      command: 'npm test -- test/tables/sinks',
    },
    {
      title: 'AWS',
      counts: [
        [
          AWS_CALLS.length * Object.keys(AWS_FAULTS).length,
          `runs of the deployed function: ${AWS_CALLS.length} calls of AWS, each failing in ${Object.keys(AWS_FAULTS).length} ways`,
        ],
      ],
      shows:
        'A run ends in its time, checks every application, says what is lost, has no secret in its log, and the next run is as usual.',
      command: 'npm test -- test/reliability/aws-faults',
    },
    {
      title: 'Causes',
      counts: [[CAUSE_IDS.length, 'causes, each from a real reply to the report']],
      shows: 'Every cause in the catalogue is reached over a socket.',
      command: 'npm test -- test/scenarios',
    },
    {
      title: 'Properties',
      counts: [[await countProperties(), 'properties']],
      shows:
        'Parsers and judgements hold for generated values, too: the same in each run, new ones and many more with this command.',
      command: 'npm run fuzz',
    },
    {
      title: 'Kills',
      counts: [[200, 'kills and restarts of `serve`']],
      shows: 'Whenever the process is killed, no notice is lost, and the state file is read again.',
      command: 'npm run soak',
    },
  ];
}

async function countProperties(): Promise<number> {
  let count = 0;
  for await (const name of glob('**/*.test.ts', { cwd: TESTS })) {
    const text = await readFile(join(TESTS, name), 'utf8');
    count += text.match(/fc\.(?:asyncProperty|property)\(/g)?.length ?? 0;
  }
  return count;
}

function section({ title, counts, shows, command }: Suite): string {
  const numbers = counts.map(([number, of]) => `- **${number.toLocaleString('en')}** ${of}`);
  return [`## ${title}`, shows, numbers.join('\n'), `\`\`\`sh\n${command}\n\`\`\``].join('\n\n');
}

/** `docs/reliability.md`: how much is played against m2m-watch. */
export const generator: GeneratedFile = {
  path: 'docs/reliability.md',
  generate: async () => `${[INTRODUCTION, ...(await suites()).map(section)].join('\n\n')}\n`,
};
