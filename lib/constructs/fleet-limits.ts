import { type ConfigProblem, valueProblem } from '../core/config/config-problems.ts';
import { channelSecrets } from '../core/config/notice-channels.ts';
import {
  placeOf,
  SECRET_PLACE_NAMES,
  SECRET_PLACES,
  type SecretSource,
  type SecretValueSource,
} from '../core/config/secret-places.ts';
import { attemptSources } from '../core/config/sent-values.ts';
import type { WatchConfig } from '../core/config/watch-config.ts';
import { overBudgetProblems } from '../core/cost/cost-report.ts';
import { applicationsWithMetric } from '../core/metrics/metrics.ts';
import { missingCertificates } from './function-code.ts';
import { grantedSecrets, POLICIES_PER_ROLE, secretsByPolicy } from './secret-access.ts';

const READABLE_ON_AWS = SECRET_PLACE_NAMES.filter(
  (place) => SECRET_PLACES[place].rights !== null,
).map((place) => `${SECRET_PLACES[place].title} (${place})`);

/** CloudFormation takes 500 resources in a stack; the rest of ours stays far below 100. */
const ALARMS_PER_STACK_MAX = 400;

/** What keeps a valid configuration from being deployed: credentials out of reach, limits, budgets. */
export function deploymentProblems(
  config: WatchConfig,
  options: { readonly allowUnreachableCredentials: boolean; readonly baseDirectory: string },
): readonly ConfigProblem[] {
  return [
    ...(options.allowUnreachableCredentials ? [] : unreachableCredentials(config)),
    ...unreachableChannels(config),
    ...missingCertificates(config, options.baseDirectory),
    ...tooManyAlarms(config),
    ...tooManySecrets(config),
    ...overBudgetProblems(config),
  ];
}

/** Credentials that are read on a laptop and in a pipeline, but not in a function. */
export function unreachableCredentials({ applications }: WatchConfig): readonly ConfigProblem[] {
  return applications.flatMap((application) =>
    attemptSources(application).flatMap(({ source, path }) =>
      unreachable(source, ['applications', application.name, ...path]),
    ),
  );
}

/** The same for the secrets that notices are sent with. */
function unreachableChannels({ notify }: WatchConfig): readonly ConfigProblem[] {
  return channelSecrets(notify).flatMap(({ source, path }) => unreachable(source, path));
}

function unreachable(
  source: SecretSource | SecretValueSource,
  path: readonly string[],
): readonly ConfigProblem[] {
  const place = placeOf(source);
  if (SECRET_PLACES[place].rights !== null) return [];
  const message = `cannot be read on AWS: keep it in ${READABLE_ON_AWS.join(' or ')}`;
  return [valueProblem([...path, place], message)];
}

function tooManyAlarms(config: WatchConfig): readonly ConfigProblem[] {
  const { applications, providers, metrics } = config;
  const alarms = applicationsWithMetric(applications, metrics).length;
  const allowed = ALARMS_PER_STACK_MAX - Object.keys(providers).length;
  if (alarms <= allowed) return [];
  return [
    valueProblem(
      ['metrics', 'perApplicationUpTo'],
      `is ${metrics.perApplicationUpTo}, and a stack has room for ${Math.max(0, allowed)} alarms of applications: write that or less; notices and the alarms over the fleet cover all applications`,
    ),
  ];
}

/** Each secret is named in the policies of a role, which are limited in number and length. */
function tooManySecrets({ applications }: WatchConfig): readonly ConfigProblem[] {
  const secrets = grantedSecrets(
    applications.flatMap((one) => attemptSources(one).map(({ source }) => source)),
  );
  const policies = secretsByPolicy(secrets).length;
  if (policies <= POLICIES_PER_ROLE) return [];
  return [
    valueProblem(
      ['applications'],
      `name ${secrets.length} secrets, which would take ${policies} policies, and a role has ${POLICIES_PER_ROLE}: keep several applications in one secret, with \`key\``,
    ),
  ];
}
