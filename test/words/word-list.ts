/** A word or phrase to avoid, and what to write instead. */
export interface Word {
  /** A space stands for any white space, line breaks and comment markers included. */
  readonly find: RegExp;
  readonly say: string;
  /** Where to look. Names are identifiers, keys and files, split into their words. @default both */
  readonly in?: 'texts' | 'names';
}

/** Every word to avoid in texts, documentation, comments and names. */
export const WORDS: readonly Word[] = [
  // Statuses, failures and recovery.
  { find: /\bbroken\b/i, say: 'failing, or unhealthy for the status' },
  { find: /\b(go|goes|going|went|gone) wrong\b/i, say: 'fails' },
  { find: /\bin trouble\b/i, say: 'degraded, unhealthy or undetermined' },
  { find: /\btroubles?\b/i, say: 'failing, or failure', in: 'names' },
  { find: /\bwell again\b/i, say: 'recovered' },
  {
    // Not "as well", "well known" or "well within".
    find: /\b(?:is|are|was|were|be|been|becomes|stays|not|nor|from|to|until|while) well(?= (?:and|or|for|since|until|while|when)\b|\s*[.,;:)\]'"`|}]|\s*$)/im,
    say: 'healthy, or recovered for an incident',
    in: 'texts',
  },
  {
    find: /'well'|\b(?:const|let|type|interface|function) well\b|\bwell\??:(?=\s)|\bwell\(/,
    say: 'healthy, or recovered for an incident',
    in: 'texts',
  },
  { find: /\bwell\b/i, say: 'healthy', in: 'names' },
  { find: /\b(mend|remed)(s|ed|ing|y|ies|ied)?\b/i, say: 'fix' },
  { find: /\bin (a )?row\b/i, say: 'consecutive: consecutiveFailures', in: 'names' },
  {
    find: /\b(failures|failed|failing|fails|fail|broken|refusals|checks|times|attempts|good|healthy) in a row\b/i,
    say: 'consecutive failures',
    in: 'texts',
  },

  // Evidence and confidence.
  { find: /\bwhat (was seen|shows it|broke)\b/i, say: 'the evidence; what failed' },
  { find: /\bhow sure\b/i, say: 'confidence' },
  { find: /\bsure\b/i, say: 'certain, likely or possible; the confidence' },
  { find: /\bnothing else explains it\b/i, say: 'no other explanation fits' },
  { find: /\bonly a code or a status says so\b/i, say: 'based only on the error code or status' },

  // Incidents, notices and delivery.
  { find: /\bunwatched\b|\bnot watched\b/i, say: 'no data: hasNoData' },
  { find: /\b(un)?announc\w*/i, say: 'opened, notified, or a notice' },
  { find: /\btold\b/i, say: 'notified (people), logged or reported (events), given (values)' },
  { find: /\b(let|lets|letting) go\b/i, say: 'dropped, or resolved' },
  { find: /\bagain and again\b/i, say: 'retried, or repeatedly' },
  { find: /\blast well at\b/i, say: 'last healthy at: lastHealthyAt' },
  { find: /\bby hand\b/i, say: 'check now, or on demand' },

  // Tokens, signatures and documents.
  {
    find: /\bask(s|ed|ing)?( [\w-]+){0,3} for( [\w-]+){0,3} tokens?\b|\btokens?( [\w-]+){0,3} asked for\b/i,
    say: 'request a token',
  },
  { find: /\bsignatures?( [\w-]+){0,3} holds?\b/i, say: 'valid signature' },
  { find: /\bas its discovery document looks\b/i, say: 'detected from discovery' },
  { find: /\bbe had\b/i, say: 'could not be fetched' },

  // The program itself.
  { find: /\basks nobody\b|\bnothing leaves\b/i, say: 'works offline' },
  {
    find: /\bfaults? of (its own|his own|our own|ours|m2m-watch|the monitor)\b/i,
    say: 'internal error (of m2m-watch); the provider itself is failing',
  },
  { find: /\bend(s|ed|ing)? with (exit )?(status )?\d/i, say: 'exits with status 1' },
  { find: /\b(is|are|was|were) there already\b/i, say: 'already exists' },
  { find: /\bthe dear side\b/i, say: 'rounded up' },
  { find: /\blast but one\b/i, say: 'fifth column' },
  { find: /\bprints the table once\b/i, say: 'checks once, prints the table and exits' },
  {
    find: /\bends every acceleration\b/i,
    say: 'failing applications are no longer checked more often',
  },

  {
    find: /\): (Promise<)?0 \| 1\b(?! \|)/,
    say: 'a boolean for yes or no, or a number for a count',
  },

  // Steps of a fix.
  { find: /\bSee that\b/, say: 'Check that', in: 'texts' },
  { find: /\bSwitch( \S+){1,4} on\b/, say: 'Enable', in: 'texts' },
  { find: /\bwhat to click\b/i, say: 'where to click to fix it' },
];

/** The first line of a file says what the file is for, not where it stands. */
export const RIDDLE =
  /^(\/\/|\/\*\*?)\s*(Above|After|Around|Before|Behind|Below|Beneath|Beside|Between|In place of|Inside|On top of|Under|Underneath)\b/;

/** A text in which a word above means something else. */
export interface Exception {
  readonly text: string;
  /** Where it may stand: a file or a folder. @default everywhere */
  readonly path?: string;
  readonly why: string;
}

/** Where the words above are right. */
export const EXCEPTIONS: readonly Exception[] = [
  { text: 'well-known', why: 'RFC 8615' },
  { text: 'well-kept', why: 'kept up to date' },
  { text: 'toWellFormed', why: 'a method of JavaScript strings' },
  { text: 'isWellFormed', why: 'a method of JavaScript strings' },
  { text: 'well-formed', why: 'a term of XML and of RFC 6750' },
  { text: 'ake sure that the', why: 'words of Fosite' },
  { text: 'make sure|', why: 'words of providers' },
  { text: '|make sure', why: 'words of providers' },
  ...['lastWellAt', 'cause.howSure', 'unwatched'].map((text) => ({
    text,
    path: 'CHANGELOG.md',
    why: 'the old name of a field',
  })),
  ...[
    'announced',
    'brokenInRow',
    'changesSinceTold',
    'failuresInRow',
    'howSure',
    'isUnwatched',
    'lastWellAt',
    'toldAtMs',
    'troubleSinceMs',
    "'unwatched'",
    "'well'",
    'wellInRow',
  ].map((text) => ({
    text,
    path: 'lib/core/state/upgrade-schema-1.ts',
    why: 'a name in the state of schema 1',
  })),
  ...["'unwatched'", 'lastWellAt', "'well'", 'howSure', 'nothing else explains it'].map((text) => ({
    text,
    path: 'test/core/state/upgrade-schema-1.test.ts',
    why: 'a name in the state of schema 1',
  })),
];
