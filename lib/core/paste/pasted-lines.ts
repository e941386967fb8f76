// Sorts the lines of a paste: request, head of the reply, body, notes of curl.

/** The lines of a paste by what they are of. */
export interface PastedLines {
  /** Of the last status line, where there is one. */
  readonly status: number | null;
  /** Lower-case names; a header that came twice has two values, in order. */
  readonly headers: Readonly<Record<string, readonly string[]>>;
  /** What is left: the body, or lines of a log. */
  readonly body: string;
  /** Lines of a request, which may hold credentials: looked at, and never shown. */
  readonly request: string;
  /** What curl says of the connection. */
  readonly notes: string;
}

/** `HTTP/1.1 401 Unauthorized`, as curl, HTTPie and browsers print it. RFC 9112 section 4. */
const STATUS_LINE = /^HTTP\/\d(?:\.\d)? +(\d{3})(?: |$)/i;

const HEADER = /^([!#$%&'*+.^_`|~\w-]{1,64}): ?(.*)$/;

/** Headers of replies that are known without a status line before them: few words of a log are these. */
const REPLY_HEADER =
  /^(?:www-authenticate|retry-after|(?:x-)?ratelimit-[\w-]+|content-type|content-length|cf-mitigated|cf-ray|x-amzn-[\w-]+|x-amz-cf-[\w-]+|cache-control|set-cookie|date|server|via|pragma|vary|etag|strict-transport-security|access-control-[\w-]+|x-request-id|x-cache): /i;

/** Headers of requests, and what else a request is written with. */
const REQUEST_LINE =
  /^(?:(?:proxy-)?authorization: |cookie: |host: |user-agent: |accept(?:-[a-z]+)?: |(?:GET|POST|PUT|PATCH|DELETE|HEAD|OPTIONS) \S+ HTTP\/|grant_type=|client_id=|client_secret=|audience=|scope=)/i;

/** A command that sends a request; it goes on after a backslash at the end of a line. */
const COMMAND =
  /^(?:[\w.~/\\@:[\] -]{0,80}[$#%>] ?)?(?:(?:curl|wget|Invoke-(?:RestMethod|WebRequest))\s|(?:https?|xh)\s+(?:-|(?:GET|POST|PUT|PATCH|DELETE|HEAD|OPTIONS)\b|https?:))/;

/** A challenge without the name of its header. RFC 6750 section 3. */
const BARE_CHALLENGE = /^(?:Bearer|DPoP) +(?:realm|error|scope|error_description)=/i;

/** How much data went which way, as curl writes it with -v. */
const TRANSFER_NOTE = /^[{}] \[/;

/** Of the progress meter that curl prints where its output goes elsewhere. */
const PROGRESS = /^(?: *% Total +% Received| +Dload +Upload|[ \d.kMG:-]{70,}$)/;

/** Sorts the lines of a paste; total. Of several replies, as after a redirect, the last one counts. */
export function sortPastedLines(text: string): PastedLines {
  const sorter = new LineSorter();
  for (const line of unquoted(text).split(/\r\n|\n|\r/)) sorter.take(line);
  return sorter.lines();
}

/** A paste out of a mail or a thread, in which every line is quoted; curl marks requests alone so. */
function unquoted(text: string): string {
  const isMarked = text.split('\n').every((line) => line.startsWith('>') || line.trim() === '');
  return isMarked && !/^> ?\S+ \S+ HTTP\//m.test(text) ? text.replace(/^> ?/gm, '') : text;
}

type Place = 'body' | 'head' | 'command';

class LineSorter {
  #status: number | null = null;
  #headers = new Map<string, string[]>();
  #body: string[] = [];
  readonly #request: string[] = [];
  readonly #notes: string[] = [];
  #place: Place = 'body';

  lines(): PastedLines {
    return {
      status: this.#status,
      headers: Object.fromEntries(this.#headers),
      body: this.#body.join('\n').trim(),
      request: this.#request.join('\n'),
      notes: this.#notes.join('\n'),
    };
  }

  take(line: string): void {
    // As curl -v marks them: sent, received, said of the connection.
    if (/^> ?/.test(line)) this.#request.push(line.slice(1).trim());
    else if (/^\* /.test(line)) this.#notes.push(line);
    else if (TRANSFER_NOTE.test(line) || PROGRESS.test(line)) return;
    else if (/^<(?: |$)/.test(line)) this.#takeReplyLine(line.slice(1).trim());
    else this.#takeReplyLine(line);
  }

  #takeReplyLine(line: string): void {
    const trimmed = line.trim();
    const status = STATUS_LINE.exec(trimmed)?.[1];
    if (status !== undefined) this.#beginReply(Number(status));
    else if (this.#place === 'command' || COMMAND.test(trimmed)) this.#takeCommand(trimmed);
    else if (this.#place === 'head') this.#takeHeadLine(trimmed, line);
    else if (BARE_CHALLENGE.test(trimmed)) this.#addHeader('www-authenticate', trimmed);
    else if (REPLY_HEADER.test(trimmed)) this.#takeHeader(trimmed);
    else if (REQUEST_LINE.test(trimmed)) this.#request.push(trimmed);
    else this.#body.push(line);
  }

  #beginReply(status: number): void {
    this.#status = status;
    this.#headers = new Map();
    this.#body = [];
    this.#place = 'head';
  }

  #takeCommand(trimmed: string): void {
    this.#request.push(trimmed);
    this.#place = /[\\`^]$/.test(trimmed) ? 'command' : 'body';
  }

  /** An empty line ends the head; so does a line that is no header, where that one was lost. */
  #takeHeadLine(trimmed: string, line: string): void {
    if (this.#takeHeader(trimmed)) return;
    this.#place = 'body';
    if (trimmed !== '') this.#takeReplyLine(line);
  }

  #takeHeader(trimmed: string): boolean {
    const [, name, value] = HEADER.exec(trimmed) ?? [];
    if (name === undefined || value === undefined) return false;
    this.#addHeader(name.toLowerCase(), value.trim());
    return true;
  }

  #addHeader(name: string, value: string): void {
    this.#headers.set(name, [...(this.#headers.get(name) ?? []), value]);
  }
}
