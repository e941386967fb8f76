import { systemClock } from '../adapters/clock/system-clock.ts';
import { createAwsSources } from '../adapters/credentials/aws-sources.ts';
import {
  currentVariables,
  type SourceReaders,
  type VariableSource,
} from '../adapters/credentials/place-readers.ts';

/**
 * Readers of the stores on AWS for a process outside it, signed in as the AWS CLI is there.
 *
 * Nothing of the SDK is read before a source needs it. The SDK finds the login of the process by
 * itself; of the two variables that name the Region for the CLI it knows only one.
 */
export function storeReaders(environment: VariableSource): SourceReaders {
  const region = async () => {
    const variables = await currentVariables(environment);
    return variables['AWS_REGION'] || variables['AWS_DEFAULT_REGION'] || null;
  };
  return createAwsSources({ clock: systemClock, region }).readers;
}
