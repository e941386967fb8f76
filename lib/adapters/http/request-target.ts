import { isLoopback } from '../../core/config/urls.ts';

/** Where a request goes, or why it is not sent there. */
export type RequestTarget =
  | { readonly kind: 'target'; readonly url: URL }
  | { readonly kind: 'refused'; readonly code: string; readonly detail: string };

/**
 * Judges a request's address before anything is sent to it.
 *
 * Only `https:` is spoken, and `http:` to this machine where the sender was allowed to. The address
 * may come from a discovery document, so a text that is no URL is not repeated in the detail.
 */
export function requestTarget(address: string, allowInsecureHttp: boolean): RequestTarget {
  const url = URL.parse(address);
  if (url === null) {
    return { kind: 'refused', code: 'ERR_INVALID_URL', detail: 'the address is not a URL' };
  }
  if (url.username !== '' || url.password !== '') {
    const detail = `the address of ${url.host} holds a user name or password`;
    return { kind: 'refused', code: 'ERR_INVALID_URL', detail };
  }
  if (url.protocol === 'https:') return { kind: 'target', url };
  if (url.protocol !== 'http:') {
    const detail = 'the address is neither https nor http';
    return { kind: 'refused', code: 'ERR_INVALID_URL', detail };
  }
  if (allowInsecureHttp && isLoopback(url.hostname)) return { kind: 'target', url };
  const detail = isLoopback(url.hostname)
    ? `http to ${url.host} is not allowed: set allowInsecureHttp, or use https`
    : `http to ${url.host} is not allowed: nothing leaves this machine unencrypted, use https`;
  return { kind: 'refused', code: 'ERR_INSECURE_URL', detail };
}
