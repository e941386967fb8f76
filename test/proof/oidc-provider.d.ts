// oidc-provider ships no types; what the tests use of it.
declare module 'oidc-provider' {
  import type { IncomingMessage, ServerResponse } from 'node:http';

  export class Provider {
    constructor(issuer: string, configuration: object);
    callback(): (request: IncomingMessage, response: ServerResponse) => Promise<void>;
    readonly ClientCredentials: { find(token: string): Promise<unknown> };
  }
  export const errors: { readonly InvalidTarget: new () => Error };
}
