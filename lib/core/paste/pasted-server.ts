// Finds out which server a pasted reply is of: by an address, by a name, by the providers that are configured.

import {
  ANY_PROVIDER,
  DIALECT_NAMES,
  type DialectName,
  PROVIDER_TYPE_NAMES,
  PROVIDER_TYPES,
  type ProviderType,
} from '../config/provider-types.ts';
import { DIALECTS, dialectOf } from '../provider/dialects/dialects.ts';
import { providerOf, typeOfHost } from '../provider/registry.ts';

/** A server, as far as it is known which one it is. */
export interface KnownServer {
  readonly type: ProviderType;
  readonly dialect: DialectName | null;
}

/** Any server, of which nothing is known. */
export const ANY_SERVER: KnownServer = { type: ANY_PROVIDER, dialect: null };

/** A configured provider. */
type ConfiguredServer = KnownServer & { readonly issuer: string };

/** What is known of the server besides the paste. */
export interface ServerHints {
  /** Null where it is to be found out. */
  readonly provider: ProviderType | null;
  /** The providers of a configuration at hand; one of them is probably meant. @default none */
  readonly configured?: readonly ConfiguredServer[];
}

/** The server that was given, is configured at an address of the paste, is named in it, or is the only one configured. */
export function serverOf(
  text: string,
  { provider, configured = [] }: ServerHints,
): KnownServer | null {
  const mentioned = mentionedServer(text);
  if (provider !== null) return { type: provider, dialect: mentioned?.dialect ?? null };
  const asked = configured.filter(({ issuer }) => isAskedIn(text, issuer));
  const meant = asked.length > 0 ? asked : mentioned === null ? configured : [];
  const [only = null, ...others] = meant.map((one) => serverAtIssuer(one, mentioned));
  const isOne = others.every((one) => one.type === only?.type && one.dialect === only.dialect);
  // Of any server without a dialect nothing more is known than of none.
  return only === null || !isOne || isUnknown(only) ? mentioned : only;
}

/** Whether an address of the paste is at the host of an issuer. */
function isAskedIn(text: string, issuer: string): boolean {
  const { host } = new URL(issuer);
  const at = text.indexOf(`//${host}`);
  return at !== -1 && !/[\w.-]/.test(text.charAt(at + 2 + host.length));
}

function serverAtIssuer(
  { type, dialect, issuer }: ConfiguredServer,
  mentioned: KnownServer | null,
): KnownServer {
  const shown = mentioned?.type === type ? mentioned.dialect : null;
  return { type, dialect: dialect ?? shown ?? mentionedServer(issuer)?.dialect ?? null };
}

function isUnknown({ type, dialect }: KnownServer): boolean {
  return type === ANY_SERVER.type && dialect === null;
}

/** The only server that a paste names: by an address of it, or in words; null where there is none. */
function mentionedServer(text: string): KnownServer | null {
  const byHost = hostsIn(text).flatMap((url) => serverAt(url) ?? []);
  if (byHost[0] !== undefined) return byHost[0];
  // A name in an address or a path of a file says nothing of who answered.
  const words = text
    .split(/\s+/)
    .filter((word) => !/[/\\]/.test(word))
    .join(' ');
  const types = PROVIDER_TYPE_NAMES.filter((type) => type !== ANY_PROVIDER)
    .filter((type) => providerOf(type).mentions.some((mention) => mention.test(words)))
    .map((type): KnownServer => ({ type, dialect: null }));
  const dialects = DIALECT_NAMES.filter(
    (name) => DIALECTS[name].mentions?.test(words) === true,
  ).map((dialect): KnownServer => ({ type: ANY_PROVIDER, dialect }));
  const [first = null, ...others] = [...types, ...dialects];
  return others.length === 0 ? first : null;
}

const MAX_ADDRESSES = 50;

function hostsIn(text: string): readonly string[] {
  return [...text.matchAll(/https?:\/\/[^\s"'<>\\)\]}]{1,300}/gi)]
    .slice(0, MAX_ADDRESSES)
    .map(([url]) => url);
}

function serverAt(url: string): KnownServer | null {
  const hostname = URL.parse(url)?.hostname;
  if (hostname === undefined) return null;
  const type = typeOfHost(hostname);
  if (type !== ANY_PROVIDER) return { type, dialect: null };
  const { origin } = new URL(url);
  const [endpoint = url] = url.split(/[?#]/);
  const dialect = dialectOf({
    issuer: origin,
    tokenEndpoint: endpoint,
    keysEndpoint: null,
    metadata: null,
    headers: [],
  });
  return dialect === null ? null : { type, dialect };
}

/** A server in words, such as `Auth0` or `any OAuth server`. */
export function titleOf({ type, dialect }: KnownServer): string {
  return dialect === null ? PROVIDER_TYPES[type].title : DIALECTS[dialect].title;
}
