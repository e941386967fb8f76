/** One generated file. Each module in `tools/generators` exports one as `generator`. */
export interface GeneratedFile {
  /** Its path, relative to the repository, with `/`. */
  readonly path: string;
  /** Its whole content: the same on every machine, at any time. */
  readonly generate: () => string | Promise<string>;
}
