// Used where text is parsed: what was understood, or every problem found in it.

/** What parsing gives: the value, or the list of all problems found. */
export type Result<T, Issue> =
  | { readonly ok: true; readonly value: T }
  | { readonly ok: false; readonly issues: readonly Issue[] };
