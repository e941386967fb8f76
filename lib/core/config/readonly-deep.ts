// The type of a parsed configuration, which is never changed.

/** A parsed value, read-only to its leaves; `unknown` and plain values stay as they are. */
export type ReadonlyDeep<T> = T extends readonly (infer Item)[]
  ? readonly ReadonlyDeep<Item>[]
  : T extends object
    ? { readonly [Key in keyof T]: ReadonlyDeep<T[Key]> }
    : T;
