// Rules of the attempt itself: the stored credentials, an error of m2m-watch, an attempt that ended in silence.

import type { Step } from '../../causes/terms.ts';
import type { CredentialsSeen, Evidence } from '../../evidence/evidence.ts';
import type { RuledFinding } from '../diagnosis.ts';
import { finding, type Rule } from './rule.ts';

type Seen<Kind> = Extract<CredentialsSeen, { readonly kind: Kind }>;

const MISSING = {
  'not-found': 'the secret does not exist',
  'pending-deletion': 'the secret is scheduled for deletion',
  'no-current-version': 'the secret has no current version',
} as const satisfies Readonly<Record<Seen<'missing'>['reason'], string>>;

const UNREADABLE = {
  'access-denied': 'access is denied',
  'key-denied': 'access to the encryption key is denied',
  throttled: 'the store limits the rate of requests',
  'no-login': 'm2m-watch is not signed in to AWS',
  'no-region': 'no AWS Region is set',
  'variable-missing': 'the variable is not set',
  'file-unreadable': 'the file cannot be read',
  'not-available': 'this source is not available',
  other: 'reading failed',
} as const satisfies Readonly<Record<Seen<'unreadable'>['reason'], string>>;

/** The steps where it is clear that no store in AWS is concerned. */
const LOCAL_FIX: Partial<Readonly<Record<Seen<'unreadable'>['reason'], readonly string[]>>> = {
  'variable-missing': [
    'Set the variables in the evidence where m2m-watch runs. On your own machine, m2m-watch also reads `.env` next to the configuration.',
  ],
  'file-unreadable': [
    'Check that the file in the evidence exists where m2m-watch runs, and that the user that runs m2m-watch may read it.',
  ],
};

/** What is said of a stored private key, in place of words about a client id and its secret. */
const OF_KEYS = {
  missing: {
    title: 'The private key does not exist in the secret store',
    fix: [
      'Check the names under `credentials` of {application} in the configuration.',
      'Create or restore what they name, with the private key or the certificate of the client in it.',
    ],
  },
  malformed: {
    title: 'The stored private key or certificate cannot be used',
    fix: [
      'Store the private key of {application} as PEM (`openssl pkey -in key.pem` writes it) or as JWK, without a passphrase.',
      'If `certificate` is configured, store there the certificate in PEM form that belongs to that key.',
    ],
  },
} as const;

/** The same of the value of a header or a parameter. */
function textsOfSent(of: string) {
  return {
    missing: {
      title: `The value for ${of} does not exist in the secret store`,
      fix: [
        `Check the name under \`${of}\` of {application} in the configuration.`,
        'Create or restore what it names, with the value alone in it.',
      ],
    },
    malformed: {
      title: `The stored value for ${of} cannot be sent`,
      fix: [`Store the value for ${of} of {application} alone, as text in one line.`],
    },
  } as const;
}

/** Reports what reading the credentials from their store gave instead of them. */
export const findStoredCredentials: Rule = ({ credentials, application }) => {
  const of = 'of' in credentials ? credentials.of : undefined;
  const isKey = 'privateKey' in application.credentials;
  const texts = of !== undefined ? textsOfSent(of) : isKey ? OF_KEYS : {};
  const stored = {
    step: 'credentials',
    confidence: 'certain',
    ...(credentials.kind in texts
      ? { instead: texts[credentials.kind as keyof typeof texts] }
      : {}),
  } as const;
  const about = of === undefined ? '' : `${of}: `;
  switch (credentials.kind) {
    case 'missing': {
      const detail = `${about}${credentials.source}: ${MISSING[credentials.reason]}`;
      return [finding({ ...stored, cause: 'secret-missing', detail })];
    }
    case 'malformed': {
      if (credentials.swapped !== undefined)
        return [swappedFinding(credentials.swapped, credentials)];
      const detail = `${about}${credentials.source}: ${credentials.problem}`;
      return [finding({ ...stored, cause: 'secret-malformed', detail })];
    }
    case 'unreadable': {
      const { source, reason, detail: said } = credentials;
      // The adapter names the variables: the source would only repeat them.
      const why =
        reason === 'variable-missing' ? said : `${source}: ${UNREADABLE[reason]} (${said})`;
      const detail = `${about}${why}`;
      const fix = LOCAL_FIX[reason];
      const instead = {
        ...(of !== undefined
          ? { title: `m2m-watch cannot read the value for ${of}` }
          : isKey
            ? { title: 'm2m-watch cannot read the private key or its certificate' }
            : {}),
        ...(fix === undefined ? {} : { fix }),
      };
      return [finding({ ...stored, cause: 'secret-unreadable', detail, instead })];
    }
    case 'read':
    case 'skipped':
      return [];
  }
};

/** Client id and secret that look swapped; neither is shown. */
function swappedFinding(
  confidence: 'certain' | 'likely',
  { source, problem }: Pick<Seen<'malformed'>, 'source' | 'problem'>,
): RuledFinding {
  return finding({
    cause: 'secret-malformed',
    step: 'credentials',
    confidence,
    detail: `${source}: ${problem}`,
    instead: {
      title: 'The client id and the secret look swapped',
      fix: [
        'Put the client id where {application} reads its client id, and the secret where it reads its secret: compare `credentials`, `fields` and `clientId` in the configuration with what is stored.',
        'If the secret stood in the configuration itself, others may have read it: rotate it.',
      ],
    },
  });
}

/** Reports what made m2m-watch end the attempt itself. */
export const findFault: Rule = (evidence) => {
  const { fault } = evidence;
  if (fault === null) return [];
  const { kind: cause, detail } = fault;
  return [finding({ cause, step: lastStep(evidence), confidence: 'certain', detail })];
};

/** Reports an attempt that ended early without a finding: silence is never health. */
export function findIncomplete(evidence: Evidence): readonly RuledFinding[] {
  const missing = missingPart(evidence);
  if (missing === null) return [];
  return [
    finding({
      cause: 'monitor-fault',
      step: lastStep(evidence),
      confidence: 'certain',
      detail: `the check ended ${missing}, for no known reason`,
    }),
  ];
}

function missingPart(evidence: Evidence): string | null {
  const { application, credentials, tokenReply, verification, call } = evidence;
  if (credentials.kind !== 'read') return 'without credentials';
  if (tokenReply.kind !== 'granted') return 'without a token';
  if (verification.kind === 'skipped') return 'without verifying the token';
  const isCalled = call.kind !== 'skipped' && call.kind !== 'withheld';
  return application.call === null || isCalled ? null : 'without calling the API';
}

/** The last step that saw something. */
function lastStep({ discovery, tokenReply, verification, call }: Evidence): Step {
  if (call.kind !== 'skipped') return 'call';
  if (verification.kind !== 'skipped') return 'verification';
  if (tokenReply.kind !== 'skipped') return 'token-request';
  return discovery.kind === 'skipped' ? 'credentials' : 'discovery';
}
