import { type LocalIssuer, presented, type Refusal, startLocalIssuer } from './local-issuer.ts';

/** What a provider does to a few of its applications, while it serves all others. */
export const BAD_NEIGHBOURS: Readonly<
  Record<string, { readonly applications: number; readonly refusal: Refusal }>
> = {
  'three of them at 500': { applications: 3, refusal: { status: 500 } },
  'three of them without an answer': { applications: 3, refusal: { status: 200, hangs: true } },
  'one of them at 429 for an hour': {
    applications: 1,
    refusal: { status: 429, headers: { 'retry-after': '3600' } },
  },
  'ten of them behind a block page': {
    applications: 10,
    refusal: { status: 403, body: '<html><title>Attention Required! | Cloudflare</title></html>' },
  },
};

/** Starts an issuer that treats some clients so; the set changes during a test. */
export async function startUnevenIssuer(
  bad: ReadonlySet<string>,
  refusal: Refusal,
): Promise<LocalIssuer> {
  return startLocalIssuer({
    claims: { aud: 'https://api.acme.com', scope: 'read:invoices' },
    metadata: { token_endpoint_auth_methods_supported: ['client_secret_post'] },
    refuse: (request) => (bad.has(presented(request)?.clientId ?? '') ? refusal : null),
  });
}
