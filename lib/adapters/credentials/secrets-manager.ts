// Reads secrets of AWS Secrets Manager, of this account and of others.

import {
  BatchGetSecretValueCommand,
  GetSecretValueCommand,
  SecretsManagerClient,
  type SecretValueEntry,
} from '@aws-sdk/client-secrets-manager';
import { quoted } from '../../core/config/quoting.ts';
import { CLIENT_SETTING } from '../aws/client-setting.ts';
import {
  createStoreSource,
  readAwsRefusal,
  type StoreSetup,
  type StoreSource,
} from './aws-store.ts';
import { jsonObject, type SourceOf, type SourceRead } from './place-readers.ts';

/** `BatchGetSecretValue` takes that many secrets at most. */
const SECRETS_PER_PAGE = 20;

/** A secret as the configuration names it; which fields are read of it is decided later. */
type ManagedSecret = Omit<SourceOf<'secretsManager'>, 'fields'>;

/** Where a secret is read: null is the usual Region, and the process's own role. */
interface SecretsPlace {
  readonly region: string | null;
  readonly roleArn: string | null;
}

/** Makes the reader, with a client for each Region and role. */
export function createSecretsManagerSource({
  region,
  clock,
}: StoreSetup): StoreSource<ManagedSecret> {
  const clientOf = secretsClients(region);
  const secrets = createStoreSource<ManagedSecret>(clock, {
    // Applications that use entries of one secret share one reading of it.
    keyOf: (source) => JSON.stringify([source.secretsManager, placeOf(source)]),
    placeOf: (source) => JSON.stringify(placeOf(source)),
    sourcesPerPage: SECRETS_PER_PAGE,
    readOne: async (source) => {
      const command = new GetSecretValueCommand({ SecretId: source.secretsManager });
      return readingOf(await clientOf(source).send(command));
    },
    readPage: async (page) => {
      const [first] = page;
      return first === undefined ? [] : readPage(clientOf(first), page);
    },
  });
  return {
    ...secrets,
    read: async (source) => entryOf(await secrets.read(source), source.key),
  };
}

/** Where a secret is: the configuration or its ARN may name a Region. */
function placeOf({ secretsManager, region, roleArn }: ManagedSecret): SecretsPlace {
  const arnRegion = secretsManager.startsWith('arn:') ? secretsManager.split(':')[3] : undefined;
  return { region: region ?? arnRegion ?? null, roleArn };
}

/** Reads a page; a secret that the answer does not name is left out. */
async function readPage(
  client: SecretsManagerClient,
  page: readonly ManagedSecret[],
): Promise<readonly (readonly [ManagedSecret, SourceRead])[]> {
  const values: SecretValueEntry[] = [];
  const refused = new Map<string, SourceRead>();
  const ids = page.map(({ secretsManager }) => secretsManager);
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
  return page.flatMap((source) => {
    const value = values.find((each) => isNamed(each, source.secretsManager));
    const read = value === undefined ? refused.get(source.secretsManager) : readingOf(value);
    // A throttled secret gets a second chance by itself, with the client's own back-off.
    const isFinal =
      read !== undefined && !(read.kind === 'unreadable' && read.reason === 'throttled');
    return isFinal ? [[source, read] as const] : [];
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
    return { kind: 'malformed', problem: `has no entry ${quoted(key)}` };
  }
  const entry = object[key];
  if (typeof entry === 'string') return { ...read, text: entry };
  if (typeof entry === 'object' && entry !== null) return { ...read, text: JSON.stringify(entry) };
  return { kind: 'malformed', problem: `entry ${quoted(key)} is neither text nor an object` };
}

/**
 * Gives the client of a secret's place, the same one each time.
 *
 * A role of another account is assumed when its first secret is read; the SDK keeps its credentials
 * until shortly before they end.
 */
function secretsClients(usual: string | null) {
  const clients = new Map<string, SecretsManagerClient>();
  return (source: ManagedSecret): SecretsManagerClient => {
    const place = placeOf(source);
    const key = JSON.stringify(place);
    const { roleArn } = place;
    const region = place.region ?? usual;
    const client =
      clients.get(key) ??
      new SecretsManagerClient({
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
