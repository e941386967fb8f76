// What the YAML parser refuses, in words that quote nothing of the file.

import type { ErrorCode } from 'yaml';

const NOT_YAML = 'is no valid YAML here';

const PROBLEMS = {
  ALIAS_PROPS: `${NOT_YAML}: an alias has neither anchor nor tag`,
  BAD_ALIAS: `${NOT_YAML}: an alias needs a name`,
  BAD_COLLECTION_TYPE: `${NOT_YAML}: the tag does not fit the value`,
  BAD_DIRECTIVE: `${NOT_YAML}: remove the line that begins with %`,
  BAD_DQ_ESCAPE: `${NOT_YAML}: a backslash in double quotes has a meaning of its own; write \\\\ or use single quotes`,
  BAD_INDENT: `${NOT_YAML}: the indentation fits no block above; keys of one block begin in one column`,
  BAD_PROP_ORDER: `${NOT_YAML}: anchors and tags stand after the dash or colon`,
  BAD_SCALAR_START: `${NOT_YAML}: a value that begins with this character needs quotes`,
  BLOCK_AS_IMPLICIT_KEY: `${NOT_YAML}: a value that holds a colon and a space needs quotes, and a block begins on its own line`,
  BLOCK_IN_FLOW: `${NOT_YAML}: inside [ ] and { } no indented block may stand`,
  DUPLICATE_KEY: `${NOT_YAML}: a key stands twice`,
  IMPOSSIBLE: NOT_YAML,
  KEY_OVER_1024_CHARS: `${NOT_YAML}: a key has more than 1024 characters`,
  MISSING_CHAR: `${NOT_YAML}: a closing quote or bracket, a comma, a colon or a space is missing`,
  MULTILINE_IMPLICIT_KEY: `${NOT_YAML}: a key must be on one line; is a colon missing?`,
  MULTIPLE_ANCHORS: `${NOT_YAML}: a value has one anchor at most`,
  MULTIPLE_DOCS: 'a second document begins here: a configuration is one document',
  MULTIPLE_TAGS: `${NOT_YAML}: a value has one tag at most`,
  NON_STRING_KEY: `${NOT_YAML}: a key must be text`,
  RESOURCE_EXHAUSTION: 'holds blocks within blocks too deeply',
  TAB_AS_INDENT: `${NOT_YAML}: a tab cannot indent; use spaces`,
  TAG_RESOLVE_FAILED: `${NOT_YAML}: the tag (!…) is not known; remove it`,
  UNEXPECTED_TOKEN: `${NOT_YAML}: something stands where nothing may; look for a missing quote, comma or colon`,
} satisfies Record<ErrorCode, string>;

/** A fault of syntax in words; the parser's own message may quote the file, so it is not used. */
export function syntaxProblem(code: ErrorCode): string {
  return PROBLEMS[code];
}
