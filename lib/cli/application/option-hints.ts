// Which option to change after a failed check of an application that is in no file: a fix speaks of the file.

import type { CauseId } from '../../core/causes/causes.ts';
import { ANY_PROVIDER, type ProviderType } from '../../core/config/provider-types.ts';
import type { Diagnosis } from '../../core/diagnosis/diagnosis.ts';
import type { RunReport } from '../../core/report/run-report.ts';
import { type CliIo, say } from '../cli-io.ts';

/** What an option can do about a cause; null where it can do nothing. */
const HINTS: Partial<
  Readonly<Record<CauseId, (diagnosis: Diagnosis, type: ProviderType) => string | null>>
> = {
  // Many servers choose the audience themselves, and nobody who is asked for one knows that.
  'audience-mismatch': (_, type) =>
    type === ANY_PROVIDER
      ? 'if this provider chooses the audience itself, give --no-audience instead of --audience'
      : null,
  'token-malformed': () => 'if the tokens are opaque, give --token-format opaque',
  'client-authentication-mismatch': ({ fix }) =>
    fix.some((step) => step.includes('private_key_jwt'))
      ? 'for a client with a key, give --private-key FILE instead of a secret'
      : null,
};

/** Says which option to change, if one may be the reason why the check failed. */
export function sayOptionHint({ reports }: RunReport, type: ProviderType, io: CliIo): void {
  for (const { diagnosis } of reports) {
    const hint = diagnosis === null ? null : HINTS[diagnosis.cause]?.(diagnosis, type);
    if (hint) say(io, hint);
  }
}
