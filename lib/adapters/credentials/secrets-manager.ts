// Reads secrets of AWS Secrets Manager: in pages at the start of a run, one by one afterwards.

import {
  BatchGetSecretValueCommand,
  GetSecretValueCommand,
  SecretsManagerClient,
  type SecretValueEntry,
} from '@aws-sdk/client-secrets-manager';
import type { Clock } from '../../check/ports.ts';
import { CLIENT_SETTING } from '../aws/client-setting.ts';
import { countKeys, pagesOf, ReadAhead, readAwsRefusal, refusalOf } from './aws-store.ts';
import { jsonObject, type SourceOf, type SourceRead } from './place-readers.ts';

/** `BatchGetSecretValue` takes that many secrets at most. */
const SECRETS_PER_PAGE = 20;

/** A secret as the configuration names it; which fields are read of it is decided later. */
type ManagedSecret = Omit<SourceOf<'secretsManager'>, 'fields'>;

/** Where a secret is read: null is the usual Region, and the process's own role. */
export interface SecretsPlace {
  readonly region: string | null;
  readonly roleArn: string | null;
}

/** What the reader needs of a client. */
export type SecretsClient = Pick<SecretsManagerClient, 'send'>;

/** Reads secrets; made once for a process, and prefetches for each run. */
export interface SecretsManagerSource {
  /** Reads one secret fresh, unless it waits from {@link SecretsManagerSource.prefetch}. */
  read(source: ManagedSecret): Promise<SourceRead>;
  /** Reads the secrets of a run in pages of 20; one entry for each application. Never throws. */
  prefetch(sources: readonly ManagedSecret[]): Promise<void>;
}

/** Makes the reader; `clientFor` gives the client of a Region and role. */
export function createSecretsManagerSource({
  clientFor,
  clock,
}: {
  readonly clientFor: (place: SecretsPlace) => SecretsClient;
  readonly clock: Pick<Clock, 'monotonicMs'>;
}): SecretsManagerSource {
  const ahead = new ReadAhead(clock);
  return {
    async read(source) {
      const read = ahead.take(keyOf(source)) ?? (await readOne(clientFor(placeOf(source)), source));
      return entryOf(read, source.key);
    },
    async prefetch(sources) {
      ahead.clear();
      const uses = countKeys(sources.map(keyOf));
      const distinct = [...new Map(sources.map((source) => [keyOf(source), source])).values()];
      const places = Map.groupBy(distinct, (source) => JSON.stringify(placeOf(source)));
      const pages = [...places.values()].flatMap((group) => pagesOf(group, SECRETS_PER_PAGE));
      await Promise.all(
        pages.map(async (page) => {
          const [first] = page;
          if (first === undefined) return;
          const found = await readPage(clientFor(placeOf(first)), page);
          for (const [key, read] of found) ahead.put(key, { read, uses: uses.get(key) ?? 1 });
        }),
      );
    },
  };
}

/** Where a secret is: the configuration or its ARN may name a Region. */
function placeOf({ secretsManager, region, roleArn }: ManagedSecret): SecretsPlace {
  const arnRegion = secretsManager.startsWith('arn:') ? secretsManager.split(':')[3] : undefined;
  return { region: region ?? arnRegion ?? null, roleArn };
}

/** Applications that use entries of one secret share one reading of it. */
function keyOf(source: ManagedSecret): string {
  return JSON.stringify([source.secretsManager, placeOf(source)]);
}

async function readOne(client: SecretsClient, source: ManagedSecret): Promise<SourceRead> {
  try {
    return readingOf(
      await client.send(new GetSecretValueCommand({ SecretId: source.secretsManager })),
    );
  } catch (thrown) {
    return readAwsRefusal(refusalOf(thrown));
  }
}

/**
 * Reads a page; a secret that the answer does not name is left out, and read by itself later.
 *
 * The whole page fails if the batch is denied or throttled: then each secret is read by itself, so
 * that one missing permission does not hide what the others would answer.
 */
async function readPage(
  client: SecretsClient,
  page: readonly ManagedSecret[],
): Promise<readonly (readonly [string, SourceRead])[]> {
  const values: SecretValueEntry[] = [];
  const refused = new Map<string, SourceRead>();
  const ids = page.map(({ secretsManager }) => secretsManager);
  try {
    let nextToken: string | undefined;
    do {
      const answer = await client.send(
        new BatchGetSecretValueCommand({
          SecretIdList: ids,
          ...(nextToken === undefined ? {} : { NextToken: nextToken }),
        }),
      );
      values.push(...(answer.SecretValues ?? []));
      for (const { SecretId = '', ErrorCode = '', Message = '' } of answer.Errors ?? []) {
        refused.set(SecretId, readAwsRefusal({ code: ErrorCode, message: Message }));
      }
      nextToken = answer.NextToken;
    } while (nextToken !== undefined);
  } catch {
    return [];
  }
  return page.flatMap((source) => {
    const value = values.find((each) => isNamed(each, source.secretsManager));
    const read = value === undefined ? refused.get(source.secretsManager) : readingOf(value);
    // A throttled secret gets a second chance by itself, with the client's own back-off.
    const isFinal =
      read !== undefined && !(read.kind === 'unreadable' && read.reason === 'throttled');
    return isFinal ? [[keyOf(source), read] as const] : [];
  });
}

/** An ARN may be written without the six random characters at its end. */
function isNamed({ ARN = '', Name }: SecretValueEntry, id: string): boolean {
  return Name === id || ARN === id || (id.startsWith('arn:') && ARN.slice(0, -7) === id);
}

function readingOf(entry: Pick<SecretValueEntry, 'SecretString' | 'VersionId'>): SourceRead {
  if (entry.SecretString === undefined) {
    return { kind: 'malformed', problem: 'is binary; it must be text' };
  }
  return { kind: 'text', text: entry.SecretString, secretVersion: entry.VersionId ?? null };
}

/** One entry of a secret that holds several; the version stays that of the whole secret. */
function entryOf(read: SourceRead, key: string | null): SourceRead {
  if (read.kind !== 'text' || key === null) return read;
  const object = jsonObject(read.text);
  if (object === null) {
    return { kind: 'malformed', problem: `is no JSON object, and \`key\` names an entry of one` };
  }
  if (!Object.hasOwn(object, key)) {
    return { kind: 'malformed', problem: `has no entry \`${key}\`` };
  }
  const entry = object[key];
  if (typeof entry === 'string') return { ...read, text: entry };
  if (typeof entry === 'object' && entry !== null) return { ...read, text: JSON.stringify(entry) };
  return { kind: 'malformed', problem: `entry \`${key}\` is neither text nor an object` };
}

/**
 * Gives the client of a place, the same one each time.
 *
 * A role of another account is assumed when its first secret is read; the SDK keeps its credentials
 * until shortly before they end.
 */
export function secretsClients({ region: usual }: { readonly region: string | null }) {
  const clients = new Map<string, SecretsManagerClient>();
  return (place: SecretsPlace): SecretsManagerClient => {
    const key = JSON.stringify(place);
    const known = clients.get(key);
    if (known !== undefined) return known;
    const { roleArn } = place;
    const region = place.region ?? usual;
    const client = new SecretsManagerClient({
      ...CLIENT_SETTING,
      ...(region === null ? {} : { region }),
      ...(roleArn === null ? {} : { credentials: () => assumed(roleArn, region) }),
    });
    clients.set(key, client);
    return client;
  };
}

/** Loaded when it is needed: few fleets have secrets in another account. */
async function assumed(roleArn: string, region: string | null) {
  const { assumeRole } = await import('./assumed-role.ts');
  return assumeRole({ roleArn, region });
}
