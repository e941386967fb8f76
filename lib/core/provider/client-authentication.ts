// Which authentication method a client uses at the token endpoint, and which other one is tried once.

import { CLIENT_SECRET_METHODS, type ClientAuthentication } from '../config/client-methods.ts';
import type {
  ClientAuthenticationSeen,
  CredentialsIdentity,
  TokenReplySeen,
} from '../evidence/evidence.ts';
import type { RefusalReason } from '../evidence/readings.ts';
import type { Provider } from './provider.ts';

/** Names credentials, and their client id. */
type Identity = Pick<CredentialsIdentity, 'fingerprint' | 'clientFingerprint'>;

type Refused = Extract<TokenReplySeen, { readonly kind: 'refused' }>;

/** The method that an earlier check found for credentials. */
export interface SettledMethod extends Identity {
  readonly method: ClientAuthentication;
  /** Whether the provider accepted it; else it is the one of two refused ones that decided. */
  readonly isAccepted: boolean;
  /** When it was found, milliseconds since the epoch. */
  readonly atMs: number;
}

/** What the choice of a method depends on. */
export interface MethodQuestion {
  /** What the configuration says; null where it says nothing. */
  readonly configured: ClientAuthentication | null;
  /** The methods that the metadata lists; empty where it lists none. */
  readonly listed: readonly string[];
  readonly provider: Pick<Provider, 'clientAuthentication'>;
  /** Null where nothing was found before, or nobody remembers. */
  readonly settled: SettledMethod | null;
  /** The credentials of now; null where they cannot be compared with those of before. */
  readonly identity: Identity | null;
  readonly nowMs: number;
}

/** A method, why it was chosen, and the one to try after a bare refusal. */
export interface MethodChoice
  extends Pick<ClientAuthenticationSeen, 'method' | 'usual' | 'chosen'> {
  /** Null where no other one is tried. */
  readonly other: ClientAuthentication | null;
}

/** Two methods that were refused are both tried again after this time: the client may be registered by then. */
const TRY_AGAIN_MS = 24 * 3_600_000;

/**
 * Chooses the method of the first token request.
 *
 * The configuration decides. Else it is what the provider accepted from this client before, and else
 * the usual method of the provider: `client_secret_basic`, which every server must support (RFC 6749
 * section 2.3.1), unless its clients are usually registered for another one. Only where nothing is
 * known of the client is there another one to try, so that no application sends its credentials
 * twice at every check.
 */
export function chooseMethod(question: MethodQuestion): MethodChoice {
  const { configured, settled } = question;
  if (configured !== null) {
    return { method: configured, chosen: 'configured', usual: configured, other: null };
  }
  const methods = secretMethods(question);
  const [usual, other = null] = methods;
  if (settled === null || !methods.includes(settled.method) || !isFoundFor(settled, question)) {
    return { method: usual, chosen: 'usual', usual, other };
  }
  const { method, isAccepted } = settled;
  const refused = method === usual ? 'usual' : 'tried';
  return { method, chosen: isAccepted ? 'accepted-before' : refused, usual, other: null };
}

/** The methods with a client secret that may be used here, the usual one first. */
function secretMethods({
  listed,
  provider: { clientAuthentication },
}: MethodQuestion): readonly [ClientAuthentication, ...ClientAuthentication[]] {
  const { usual, unlisted } = clientAuthentication;
  const possible = listed.length === 0 ? unlisted : CLIENT_SECRET_METHODS;
  const names = listed.map((name) => name.trim().toLowerCase());
  const known = possible.filter((method) => names.length === 0 || names.includes(method));
  const [first = usual, ...others] = known.toSorted(
    (one, other) => Number(other === usual) - Number(one === usual),
  );
  return [first, ...others];
}

/** Whether what was found is of the client of now, and nothing has changed since. */
function isFoundFor(settled: SettledMethod, { identity, nowMs }: MethodQuestion): boolean {
  if (identity === null) return true;
  if (settled.isAccepted) return settled.clientFingerprint === identity.clientFingerprint;
  return settled.fingerprint === identity.fingerprint && nowMs - settled.atMs < TRY_AGAIN_MS;
}

/** The method to try after a reply, null where none is: once, and only if the method may be the reason. */
export function methodAfter(
  { method, chosen, other }: MethodChoice,
  reply: TokenReplySeen,
): ClientAuthentication | null {
  if (reply.kind !== 'refused' || chosen === 'configured') return null;
  const { reading } = reply;
  const { method: named, basis } = reading;
  const isSaid = basis === 'explicit-words' || named === 'assertion';
  // Where it says that it wants no secret, no other way to send one is worth a request.
  if (named !== undefined && named !== method && isSaid) {
    return CLIENT_SECRET_METHODS.find((one) => one === named) ?? null;
  }
  return isBareRefusal(reply) ? other : null;
}

/** Refusals of a client that was not authenticated, or was not known. */
const OF_CLIENT: ReadonlySet<RefusalReason> = new Set<RefusalReason>([
  'credentials-rejected',
  'client-unknown',
]);

/** A request that is complete is called so, or nothing at all, where credentials are looked for elsewhere. */
const SAYING_NOTHING: ReadonlySet<RefusalReason> = new Set<RefusalReason>([
  'request-malformed',
  'refusal-unrecognized',
]);

const STATUSES_OF_CLIENT: ReadonlySet<number> = new Set([400, 401, 403, 422]);

/** Whether a refusal may be about the client and does not say what is wrong with it. A 404 is about the address. */
function isBareRefusal(reply: Refused): boolean {
  const {
    status,
    reading: { reason, basis },
  } = reply;
  if (reason === 'client-authentication-mismatch') return true;
  if (basis === 'explicit-words') return false;
  if (reason === 'client-unknown' && basis === 'status') return false;
  if (OF_CLIENT.has(reason)) return true;
  if (!STATUSES_OF_CLIENT.has(status)) return false;
  return SAYING_NOTHING.has(reason) || (reason === 'provider-blocked' && isSilent(reply));
}

/** What is said only of a client that was recognised. */
const OF_KNOWN_CLIENT: ReadonlySet<RefusalReason> = new Set<RefusalReason>([
  'secret-expired',
  'client-deleted',
  'audience-not-authorized',
  'audience-unknown',
  'audience-missing',
  'grant-not-allowed',
  'scope-not-allowed',
  'token-quota-exceeded',
]);

/**
 * Whether the second of two replies decides: a token, or a refusal that says more than the first.
 *
 * Where both say the same, the first stands, which was to the usual method.
 */
export function isSecondDecisive(first: TokenReplySeen, second: TokenReplySeen): boolean {
  if (second.kind === 'granted') return true;
  if (second.kind !== 'refused' || first.kind !== 'refused') return false;
  const { reason, basis } = second.reading;
  if (OF_KNOWN_CLIENT.has(reason)) return true;
  const isFirstOfMethod = first.reading.reason === 'client-authentication-mismatch';
  const isMoreExplicit = basis === 'explicit-words' && first.reading.basis !== 'explicit-words';
  const isFirstOfClient = OF_CLIENT.has(first.reading.reason);
  return OF_CLIENT.has(reason) && (isFirstOfMethod || isMoreExplicit || !isFirstOfClient);
}

/** What a provider says of itself, or a firewall in front of it, and not of a client. */
const OF_PROVIDER: ReadonlySet<RefusalReason> = new Set<RefusalReason>([
  'provider-rate-limited',
  'provider-error',
  'provider-blocked',
]);

/** Whether a reply says what became of the method that was tried; else it is still to be tried. */
export function isAnswer(reply: TokenReplySeen): boolean {
  if (reply.kind !== 'refused') return reply.kind === 'granted' || reply.kind === 'malformed';
  const {
    status,
    reading: { reason },
  } = reply;
  return !OF_PROVIDER.has(reason) || (status === 403 && isSilent(reply));
}

/** Glewlwyd refuses every client with an empty 403. */
function isSilent({ reading, error, description }: Refused): boolean {
  return reading.basis === 'status' && error === null && description === null;
}
