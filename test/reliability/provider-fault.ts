// What a row of the tables of provider faults is, and the words in which rows are written.
import type { Socket } from 'node:net';
import type { CauseId } from '../../lib/core/causes/causes.ts';
import type { CheckStatus } from '../../lib/core/causes/terms.ts';
import { rawReply } from '../support/raw-server.ts';
import type { FaultyExchange, Misbehaviour, Place, ProviderBehaviour } from './faulty-provider.ts';

/** What a check must make of a fault: the cause, or one of a few, and the status. */
export interface ExpectedReport {
  /** Null is no diagnosis. */
  readonly causes: readonly (CauseId | null)[];
  readonly statuses: readonly CheckStatus[];
}

/** What looking a name up gives: addresses, or the code of an error. */
export type LookupAnswer = readonly string[] | string;

/** How a row's provider is reached. */
export interface ProviderAccess {
  /** Whether the configuration trusts the tests' authority. @default true */
  readonly trusts?: boolean;
  /** Fields of the provider's configuration. */
  readonly provider?: Readonly<Record<string, unknown>>;
  /** Fields of the application's configuration. */
  readonly application?: Readonly<Record<string, unknown>>;
  /** What the proxy on the way does; `tunnel` carries on. */
  readonly proxy?: 'tunnel' | ((socket: Socket) => void);
  /** What the lookup of its host gives; null is nothing, ever. */
  readonly lookup?: LookupAnswer | null;
  /** Whether nothing listens at the provider's port. */
  readonly isClosed?: boolean;
}

/** One row: at one request, one fault, and what is expected. */
export interface ProviderFault {
  /** What the peer does: "resets the connection before any byte". */
  readonly what: string;
  readonly place: Place;
  readonly behaviour: () => ProviderBehaviour | Promise<ProviderBehaviour>;
  readonly access: ProviderAccess;
  readonly expected: ExpectedReport;
  /** Whether only the time limit ends it. */
  readonly isEndless: boolean;
}

const undetermined = (...causes: readonly CauseId[]): ExpectedReport => ({
  causes,
  statuses: ['undetermined'],
});
const unhealthy = (...causes: readonly CauseId[]): ExpectedReport => ({
  causes,
  statuses: ['unhealthy'],
});
const degraded = (...causes: readonly CauseId[]): ExpectedReport => ({
  causes,
  statuses: ['degraded'],
});
const HEALTHY: ExpectedReport = { causes: [null], statuses: ['healthy'] };
const NO_KEYS = undetermined('keys-unavailable');
const NO_DOCUMENT = undetermined('discovery-invalid');
const NO_TOKEN = unhealthy('token-reply-malformed');

/** What a kind of outcome comes to at each of the requests. */
export const OUTCOMES = {
  /** The peer can be understood all the same. */
  understood: { discovery: HEALTHY, token: HEALTHY, keys: HEALTHY, api: HEALTHY },
  /** No status line that can be read. */
  'no answer': {
    discovery: undetermined('provider-unreachable'),
    token: undetermined('provider-unreachable'),
    keys: NO_KEYS,
    api: degraded('call-unreachable'),
  },
  /** No status line in time. */
  'no answer in time': {
    discovery: undetermined('provider-timeout'),
    token: undetermined('provider-timeout'),
    keys: NO_KEYS,
    api: degraded('call-unreachable'),
  },
  /** The TLS handshake does not succeed. */
  'no trust': {
    discovery: undetermined('provider-tls-invalid'),
    token: undetermined('provider-tls-invalid'),
    keys: NO_KEYS,
    api: degraded('call-unreachable'),
  },
  /** A status line, and a body that breaks off. */
  'cut off': {
    discovery: undetermined('provider-unreachable'),
    token: undetermined('provider-unreachable'),
    keys: NO_KEYS,
    api: degraded('call-failed'),
  },
  /** A status line, and a body that does not end in time. */
  'not finished in time': {
    discovery: undetermined('provider-timeout'),
    token: undetermined('provider-timeout'),
    keys: NO_KEYS,
    api: degraded('call-failed'),
  },
  /** A whole 200 that holds nothing of use; of an API only the status is judged. */
  useless: { discovery: NO_DOCUMENT, token: NO_TOKEN, keys: NO_KEYS, api: HEALTHY },
  /** A status that is neither a success nor a refusal. */
  'another status': {
    discovery: NO_DOCUMENT,
    token: NO_TOKEN,
    keys: NO_KEYS,
    api: unhealthy('call-failed'),
  },
  /** A 5xx, or a status that says that the server is not able to answer. */
  failing: {
    discovery: undetermined('provider-error'),
    token: undetermined('provider-error'),
    keys: NO_KEYS,
    api: degraded('call-failed'),
  },
  /** A 429. */
  limited: {
    discovery: undetermined('provider-rate-limited'),
    token: undetermined('provider-rate-limited'),
    keys: NO_KEYS,
    api: degraded('call-failed'),
  },
} as const satisfies Readonly<Record<string, Readonly<Record<Place, ExpectedReport>>>>;

/** The kinds of outcome. */
export type Outcome = keyof typeof OUTCOMES;

/** An outcome that has a name, or what is expected, where it is a matter of the one row. */
export type Expected = Outcome | ExpectedReport;

/** Whether a fault lasts until the time limit, by its outcome. */
const isOverTime = (expected: Expected) =>
  expected === 'no answer in time' || expected === 'not finished in time';

/** Makes the rows of one fault: at each place what is expected there. */
export function faultAt(
  places: Readonly<Partial<Record<Place, Expected>>>,
  what: string,
  onRequest: Misbehaviour,
): readonly ProviderFault[] {
  return (Object.entries(places) as (readonly [Place, Expected])[]).map(([place, expected]) => ({
    what,
    place,
    behaviour: () => ({ place, onRequest }),
    access: {},
    expected: typeof expected === 'string' ? OUTCOMES[expected][place] : expected,
    isEndless: isOverTime(expected),
  }));
}

/** Makes the row of a fault of the whole connection; discovery is the first to meet it. */
export function faultOfConnection(
  expected: Expected,
  what: string,
  {
    access = {},
    ...behaviour
  }: ProviderBehaviour & {
    readonly access?: ProviderAccess;
    readonly make?: () => Promise<ProviderBehaviour>;
  },
): ProviderFault {
  const { make, ...plain } = behaviour;
  return {
    what,
    place: 'discovery',
    behaviour: make ?? (() => plain),
    access,
    expected: typeof expected === 'string' ? OUTCOMES[expected].discovery : expected,
    isEndless: isOverTime(expected),
  };
}

/** The same outcome at several requests. */
export function everywhere(
  outcome: Outcome,
  ...places: readonly Place[]
): Readonly<Partial<Record<Place, Outcome>>> {
  const chosen: readonly Place[] =
    places.length === 0 ? ['discovery', 'token', 'keys', 'api'] : places;
  return Object.fromEntries(chosen.map((place) => [place, outcome]));
}

/** Writes these bytes, and leaves the connection open. */
export function says(bytes: string | Buffer): Misbehaviour {
  return ({ socket }) => void socket.write(bytes);
}

/** Writes these bytes, and closes the connection in good order. */
export function saysAndCloses(bytes: string | Buffer): Misbehaviour {
  return ({ socket }) => void socket.end(bytes);
}

/** Answers 200 with this body as JSON. */
export function sendsBody(body: string | Buffer, ...headers: readonly string[]): Misbehaviour {
  return says(rawReply(200, body, ['content-type: application/json', ...headers]));
}

/** Answers with a body made from the right one. */
export function changesBody(
  change: (body: Buffer, exchange: FaultyExchange) => string | Buffer,
  ...headers: readonly string[]
): Misbehaviour {
  return (exchange) => sendsBody(change(exchange.body, exchange), ...headers)(exchange);
}

/** Answers with the fields of the right reply, some of them replaced; undefined leaves one out. */
export function changesFields(
  change: (exchange: FaultyExchange) => Readonly<Record<string, unknown>>,
): Misbehaviour {
  return (exchange) =>
    sendsBody(JSON.stringify({ ...exchange.fields, ...change(exchange) }))(exchange);
}

/** Answers with the right body under this head; `{length}` stands for its length. */
export function changesHead(head: string): Misbehaviour {
  return ({ socket, body }) =>
    void socket.write(
      Buffer.concat([
        Buffer.from(head.replaceAll('{length}', String(body.length)), 'latin1'),
        body,
      ]),
    );
}

/** Repeats something until the connection is closed; with 0 as fast as it is read. */
export function repeatedly(socket: Socket, everyMs: number, bytes: string | Buffer): void {
  if (everyMs > 0) {
    const timer = setInterval(() => socket.write(bytes), everyMs);
    socket.once('close', () => clearInterval(timer));
    return;
  }
  const fill = () => {
    while (!socket.destroyed && socket.write(bytes));
  };
  socket.on('drain', fill);
  fill();
}
