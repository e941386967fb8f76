// Parses `WWW-Authenticate`: the challenges of a server that wants another authentication, or none of ours.

/** One challenge of a `WWW-Authenticate` header. RFC 9110 section 11.6.1, RFC 6750 section 3. */
export interface Challenge {
  /** Lower-case, for example `bearer`. */
  readonly scheme: string;
  /** Parameter names in lower case; values unquoted. */
  readonly parameters: Readonly<Record<string, string>>;
}

const MAX_HEADER_LENGTH = 8192;
const MAX_CHALLENGES = 10;
const MAX_PARAMETERS = 20;

/** A token of RFC 9110 section 5.6.2: a scheme, or the name of a parameter. */
const TOKEN = /[!#$%&'*+\-.^_`|~A-Za-z0-9]+/y;

/** Its `=`, with the white space that section 11.2 lets a recipient meet. */
const EQUALS = /[ \t]*=[ \t]*/y;

/** A quoted string of section 5.6.4; one that does not end takes the rest. */
const QUOTED = /"((?:[^"\\]|\\.)*)(?:"|\\?$)/sy;

/** An unquoted value; wider than a token, since spaces and commas alone end what peers send. */
const UNQUOTED = /[^\s,"]*/y;

/** A token68 of section 11.2, which only counts where the challenge ends after it. */
const TOKEN68 = /[ \t]+[A-Za-z0-9\-._~+/]+=*[ \t]*(?=,|$)/y;

/**
 * Parses `WWW-Authenticate` values, several challenges in one or in several headers. RFC 9110 section 11.6.1.
 *
 * Total and bounded: what is no challenge is skipped. Schemes and parameter names are in lower case, of
 * two parameters of one name the first counts, a token68 is dropped since nothing we read uses it.
 * The values are as they came, unquoted: hostile text.
 */
export function parseChallenges(headers: readonly string[]): readonly Challenge[] {
  return headers
    .flatMap((header) => parseHeader(header.slice(0, MAX_HEADER_LENGTH)))
    .slice(0, MAX_CHALLENGES);
}

function parseHeader(header: string): readonly Challenge[] {
  const challenges: { readonly scheme: string; readonly parameters: Map<string, string> }[] = [];
  let at = 0;
  const take = (pattern: RegExp): RegExpExecArray | null => {
    pattern.lastIndex = at;
    const match = pattern.exec(header);
    if (match !== null) at = pattern.lastIndex;
    return match;
  };

  while (at < header.length) {
    const name = take(TOKEN)?.[0].toLowerCase();
    if (name === undefined) {
      // White space, commas, empty elements, and what no grammar knows.
      at += 1;
    } else if (take(EQUALS) !== null) {
      const quoted = take(QUOTED);
      const value = quoted?.[1]?.replace(/\\(.)/gs, '$1') ?? take(UNQUOTED)?.[0];
      const parameters = challenges.at(-1)?.parameters;
      if (parameters === undefined || parameters.has(name)) continue;
      if (parameters.size < MAX_PARAMETERS) parameters.set(name, String(value));
    } else {
      challenges.push({ scheme: name, parameters: new Map() });
      take(TOKEN68);
    }
  }
  return challenges.map(({ scheme, parameters }) => ({
    scheme,
    parameters: Object.fromEntries(parameters),
  }));
}
