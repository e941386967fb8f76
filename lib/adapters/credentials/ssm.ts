// Reads parameters of AWS Systems Manager.

import {
  GetParameterCommand,
  GetParametersCommand,
  type Parameter,
  SSMClient,
} from '@aws-sdk/client-ssm';
import { CLIENT_SETTING } from '../aws/client-setting.ts';
import { createStoreSource, type StoreSetup, type StoreSource } from './aws-store.ts';
import type { SourceOf, SourceRead } from './place-readers.ts';

/** `GetParameters` takes that many names at most. */
const PARAMETERS_PER_PAGE = 10;

/** A parameter as the configuration names it. */
type StoredParameter = Omit<SourceOf<'ssm'>, 'fields'>;

/** Makes the reader; the version of a parameter is its number. */
export function createSsmSource({ region, clock }: StoreSetup): StoreSource<StoredParameter> {
  const client = new SSMClient({ ...CLIENT_SETTING, ...(region === null ? {} : { region }) });
  return createStoreSource<StoredParameter>(clock, {
    keyOf: ({ ssm }) => ssm,
    placeOf: () => '',
    sourcesPerPage: PARAMETERS_PER_PAGE,
    readOne: async ({ ssm: name }) => {
      const { Parameter: parameter } = await client.send(
        new GetParameterCommand({ Name: name, WithDecryption: true }),
      );
      return readingOf(parameter ?? {});
    },
    readPage: async (page) => {
      const { Parameters: parameters = [], InvalidParameters: invalid = [] } = await client.send(
        new GetParametersCommand({ Names: page.map(({ ssm }) => ssm), WithDecryption: true }),
      );
      return page.flatMap((source) => {
        const { ssm: name } = source;
        const parameter = parameters.find((each) => each.Name === name || each.ARN === name);
        if (parameter !== undefined) return [[source, readingOf(parameter)] as const];
        const missing: SourceRead = { kind: 'missing', reason: 'not-found' };
        return invalid.includes(name) ? [[source, missing] as const] : [];
      });
    },
  });
}

function readingOf({ Value, Version }: Parameter): SourceRead {
  if (Value === undefined) return { kind: 'malformed', problem: 'has no value' };
  return {
    kind: 'text',
    text: Value,
    secretVersion: Version === undefined ? null : String(Version),
  };
}
