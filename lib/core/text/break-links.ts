// Breaks addresses of others, for mail and chat programs that turn every address into a link.

/** A scheme before `//`, and schemes that act without slashes. */
const SCHEME =
  /\b([a-z][a-z0-9+.-]{0,30}(?=:\/\/)|javascript|vbscript|data|mailto|tel|sms|file):/gi;

/** A dot before a label of letters, as in a host name: chat programs make links of bare names too. */
const HOST_DOT =
  /(?<=[\p{L}\p{M}\p{N}\p{S}_-])[.。．｡](?=[\p{L}\p{M}]{2,24}(?![\p{L}\p{M}\p{N}]))/gu;

/** What begins the path of a share on another machine, which mail programs open, and sign in there. */
const SHARE = /\\\\(?=[\p{L}\p{N}])/gu;

/**
 * Breaks what would become a link, as in `https[:]//evil[.]example`, but for addresses at hosts of ours.
 *
 * `ours` are texts of our own: an address whose host stands in one of them was sent or configured by us.
 */
export function breakLinks(text: string, ours: readonly string[]): string {
  const hosts = new Set(ours.flatMap((own) => own.split(/[^\w.:-]+/).map(withoutEnd)));
  const isOurs = (host: string) => host !== '' && hosts.has(host);
  return text
    .replace(SHARE, '[$&]')
    .split(
      /(\b[a-z][a-z0-9+.-]{0,30}:\/\/[^\s"'<>,;)\]]*|(?<![\w@.:/-])[\w-]+(?:\.[\w-]+)+(?::\d+)?(?![\w@/-]))/i,
    )
    .map((piece, index) => {
      if (index % 2 === 1 && isOurs(URL.parse(piece)?.host || piece)) return piece;
      return piece.replace(SCHEME, '$1[:]').replace(HOST_DOT, '[.]');
    })
    .join('');
}

/** A host without the full stop or colon of a sentence after it. */
function withoutEnd(word: string): string {
  return word.replace(/[.:]+$/, '');
}
