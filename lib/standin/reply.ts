/** An HTTP reply as data: what an endpoint decided to say, before anything is sent. */
export interface Reply {
  readonly status: number;
  /** Header names in lower case; several values are sent as several header lines. */
  readonly headers: Readonly<Record<string, string | readonly string[]>>;
  readonly body: string | Buffer;
}

/** Builds a JSON reply; `content-type` is `application/json` unless `headers` says otherwise. */
export function jsonReply(
  status: number,
  body: unknown,
  headers: Readonly<Record<string, string | readonly string[]>> = {},
): Reply {
  return {
    status,
    headers: { 'content-type': 'application/json', ...headers },
    body: JSON.stringify(body),
  };
}

/** Builds a plain-text reply. */
export function textReply(
  status: number,
  body: string,
  headers: Readonly<Record<string, string | readonly string[]>> = {},
): Reply {
  return { status, headers: { 'content-type': 'text/plain; charset=utf-8', ...headers }, body };
}
