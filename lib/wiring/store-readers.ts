import { systemClock } from '../adapters/clock/system-clock.ts';
import { type AwsSources, createAwsSources } from '../adapters/credentials/aws-sources.ts';
import {
  currentVariables,
  type VariableSource,
} from '../adapters/credentials/environment-source.ts';

/**
 * Readers of the stores on AWS for a process outside it, signed in as the AWS CLI is there.
 *
 * Nothing of the SDK is read before a source needs it. The SDK finds the login by itself; of the two
 * variables that name the Region for the CLI it knows only one.
 */
export function storeReaders(environment: VariableSource): AwsSources['readers'] {
  let opened: Promise<AwsSources['readers']> | null = null;
  const open = async () => {
    const variables = await currentVariables(environment);
    const region = variables['AWS_REGION'] || variables['AWS_DEFAULT_REGION'] || null;
    return createAwsSources({ clock: systemClock, region }).readers;
  };
  const readers = () => {
    opened ??= open();
    return opened;
  };
  return {
    secretsManager: async (source) => (await readers()).secretsManager(source),
    ssm: async (source) => (await readers()).ssm(source),
  };
}
