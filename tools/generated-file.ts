/** One generated file: each module of `tools/generators` exports one as `generator`. */
export interface GeneratedFile {
  /** Where it lies, relative to the repository, with `/`. */
  readonly path: string;
  /** Its whole content; the same on every machine and at every time. */
  readonly generate: () => string | Promise<string>;
}
