// Every server whose dialect is known, and how the one that answers is recognised.

import type { DialectName } from '../../config/provider-types.ts';
import type { JsonObject } from '../../http/json-object.ts';
import { apigee } from './apigee.ts';
import { auth0 } from './auth0.ts';
import { authlib } from './authlib.ts';
import { cognito } from './cognito.ts';
import type { Dialect, ServerSigns } from './dialect.ts';
import { duende } from './duende.ts';
import { entra } from './entra.ts';
import { github } from './github.ts';
import { hydra } from './hydra.ts';
import { keycloak } from './keycloak.ts';
import { oidcProvider } from './oidc-provider.ts';
import { okta } from './okta.ts';
import { pingone } from './pingone.ts';
import { salesforce } from './salesforce.ts';
import { spring } from './spring.ts';
import { uaa } from './uaa.ts';
import { workos } from './workos.ts';
import { wso2 } from './wso2.ts';
import { zitadel } from './zitadel.ts';

/** Every dialect by its name in the configuration, in the order in which texts and signs are looked up. */
export const DIALECTS: Readonly<Record<DialectName, Dialect>> = {
  entra,
  auth0,
  okta,
  cognito,
  keycloak,
  zitadel,
  pingone,
  duende,
  salesforce,
  wso2,
  uaa,
  apigee,
  spring,
  authlib,
  github,
  workos,
  hydra,
  'oidc-provider': oidcProvider,
};

/** What a server shows of itself. */
export interface ServerSeen {
  readonly issuer: string;
  readonly tokenEndpoint: string | null;
  readonly keysEndpoint: string | null;
  /** The discovery document; null where there is none. */
  readonly metadata: JsonObject | null;
  /** Header names in lower case of whatever it answered. */
  readonly headers: readonly string[];
}

/** Recognises the server that answers; null where nothing shows it. */
export function dialectOf(seen: ServerSeen): DialectName | null {
  const names = Object.keys(DIALECTS) as DialectName[];
  const hosts = [seen.issuer, seen.tokenEndpoint].flatMap(
    (url) => URL.parse(url ?? '')?.hostname ?? [],
  );
  return (
    names.find((name) => isShown(DIALECTS[name].server, seen, hosts)) ??
    names.find((name) => holdsAll(DIALECTS[name].server, seen)) ??
    null
  );
}

/** Whether a name shows the server that nobody else can have. */
function isShown(
  { hosts = [], headers = [] }: ServerSigns,
  seen: ServerSeen,
  asked: readonly string[],
): boolean {
  return (
    asked.some((host) => hosts.some((domain) => host === domain || host.endsWith(`.${domain}`))) ||
    headers.some((name) => seen.headers.includes(name))
  );
}

function holdsAll({ issuer, paths = {}, metadata = [] }: ServerSigns, seen: ServerSeen): boolean {
  const signs = [
    ...(issuer === undefined ? [] : [issuer.test(seen.issuer)]),
    ...(paths.token === undefined ? [] : [hasPath(seen.tokenEndpoint, paths.token)]),
    ...(paths.keys === undefined ? [] : [hasPath(seen.keysEndpoint, paths.keys)]),
    ...metadata.map((field) => seen.metadata !== null && Object.hasOwn(seen.metadata, field)),
  ];
  return signs.length > 0 && signs.every((sign) => sign);
}

function hasPath(url: string | null, path: RegExp): boolean {
  return path.test(URL.parse(url ?? '')?.pathname ?? '');
}
