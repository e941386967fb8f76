// The state stores: what each is opened with, who names that, and whether it outlives its process.

import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import type { createSqliteStateStore } from '../adapters/state/sqlite-state-store.ts';
import type { StateStore } from '../check/ports.ts';
import { FUNCTION_ENVIRONMENT } from '../core/deployment/function-inputs.ts';

/** What each store is opened with. */
interface StateStorePlaces {
  readonly memory: Readonly<Record<string, never>>;
  readonly sqlite: {
    /** The file; made if it does not exist. */
    readonly path: string;
    /** Receives one line for each item that is damaged and left out; it stays where it is. */
    readonly onDamaged?: (what: string) => void;
  };
  readonly dynamodb: { readonly client: DynamoDBClient; readonly tableName: string };
}

export type StateStoreName = keyof StateStorePlaces;

interface StateStoreRow<Place> {
  /** Whether what is saved is there for the next process. */
  readonly isDurable: boolean;
  /** Names the place: an option of `serve`, or a variable of a deployed function; null if only tests do. */
  readonly namedBy: { readonly option: string } | { readonly variable: string } | null;
  /** Loads the store and opens it. */
  readonly open: (place: Place) => Promise<StateStore>;
}

/**
 * Every state store; each is tested under `test/adapters/state/state-store.contract.ts`.
 *
 * A store loads when it is opened: `serve` needs no SDK. The functions call the maker of their only
 * store themselves, because the table would bring the others into their code.
 */
export const STATE_STORES: {
  readonly [Name in StateStoreName]: StateStoreRow<StateStorePlaces[Name]>;
} = {
  memory: {
    isDurable: false,
    namedBy: null,
    open: () => openSqlite(':memory:'),
  },
  sqlite: {
    isDurable: true,
    namedBy: { option: '--state' },
    open: ({ path, ...use }) => openSqlite(path, { ...use, setsAside: false }),
  },
  dynamodb: {
    isDurable: true,
    namedBy: { variable: FUNCTION_ENVIRONMENT.tableName },
    open: async (place) => {
      const { createDynamodbStateStore } = await import(
        '../adapters/state/dynamodb-state-store.ts'
      );
      return createDynamodbStateStore(place);
    },
  },
};

async function openSqlite(
  path: string,
  use: Parameters<typeof createSqliteStateStore>[1] = {},
): Promise<StateStore> {
  const { createSqliteStateStore } = await import('../adapters/state/sqlite-state-store.ts');
  return createSqliteStateStore(path, use);
}
