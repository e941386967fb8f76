// Reads parameters of AWS Systems Manager: in pages at the start of a run, one by one afterwards.

import {
  GetParameterCommand,
  GetParametersCommand,
  type Parameter,
  SSMClient,
} from '@aws-sdk/client-ssm';
import type { Clock } from '../../check/ports.ts';
import { CLIENT_SETTING } from '../aws/client-setting.ts';
import { countKeys, pagesOf, ReadAhead, readAwsRefusal, refusalOf } from './aws-store.ts';
import type { SourceOf, SourceRead } from './place-readers.ts';

/** `GetParameters` takes that many names at most. */
const PARAMETERS_PER_PAGE = 10;

/** A parameter as the configuration names it. */
type StoredParameter = Omit<SourceOf<'ssm'>, 'fields'>;

/** Reads parameters; made once for a process, and prefetches for each run. */
export interface SsmSource {
  /** Reads one parameter fresh, unless it waits from {@link SsmSource.prefetch}. */
  read(source: StoredParameter): Promise<SourceRead>;
  /** Reads the parameters of a run in pages of 10; one entry for each application. Never throws. */
  prefetch(sources: readonly StoredParameter[]): Promise<void>;
}

/** Makes the client of a Region; null is that of the process. */
export function createSsmClient({ region }: { readonly region: string | null }): SSMClient {
  return new SSMClient({ ...CLIENT_SETTING, ...(region === null ? {} : { region }) });
}

/** Makes the reader; the version of a parameter is its number. */
export function createSsmSource({
  client,
  clock,
}: {
  readonly client: Pick<SSMClient, 'send'>;
  readonly clock: Pick<Clock, 'monotonicMs'>;
}): SsmSource {
  const ahead = new ReadAhead(clock);
  return {
    async read({ ssm: name }) {
      return ahead.take(name) ?? readOne(client, name);
    },
    async prefetch(sources) {
      ahead.clear();
      const uses = countKeys(sources.map(({ ssm }) => ssm));
      await Promise.all(
        pagesOf([...uses.keys()], PARAMETERS_PER_PAGE).map(async (page) => {
          for (const [name, read] of await readPage(client, page)) {
            ahead.put(name, { read, uses: uses.get(name) ?? 1 });
          }
        }),
      );
    },
  };
}

async function readOne(client: Pick<SSMClient, 'send'>, name: string): Promise<SourceRead> {
  try {
    const { Parameter: parameter } = await client.send(
      new GetParameterCommand({ Name: name, WithDecryption: true }),
    );
    return readingOf(parameter ?? {});
  } catch (thrown) {
    return readAwsRefusal(refusalOf(thrown));
  }
}

/** One denied parameter fails the whole page: then each is read by itself. */
async function readPage(
  client: Pick<SSMClient, 'send'>,
  page: readonly string[],
): Promise<readonly (readonly [string, SourceRead])[]> {
  try {
    const { Parameters: parameters = [], InvalidParameters: invalid = [] } = await client.send(
      new GetParametersCommand({ Names: [...page], WithDecryption: true }),
    );
    return page.flatMap((name) => {
      const parameter = parameters.find((each) => each.Name === name || each.ARN === name);
      if (parameter !== undefined) return [[name, readingOf(parameter)] as const];
      const missing: SourceRead = { kind: 'missing', reason: 'not-found' };
      return invalid.includes(name) ? [[name, missing] as const] : [];
    });
  } catch {
    return [];
  }
}

function readingOf({ Value, Version }: Parameter): SourceRead {
  if (Value === undefined) return { kind: 'malformed', problem: 'has no value' };
  return {
    kind: 'text',
    text: Value,
    secretVersion: Version === undefined ? null : String(Version),
  };
}
