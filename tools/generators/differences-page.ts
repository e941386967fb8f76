import {
  type Difference,
  WHERE_MORE_LENIENT,
  WHERE_STRICTER,
} from '../../test/proof/differences.ts';
import type { GeneratedFile } from '../generated-file.ts';

const INTRODUCTION = `# Where token replies are judged otherwise than by oauth4webapi

<!-- Generated from test/proof/differences.ts by \`npm run docs\`: edit the list, not this page. -->

[oauth4webapi](https://github.com/panva/oauth4webapi) is certified, and stands for the libraries that callers use. So what it accepts m2m-watch calls granted, but for the replies below; and what callers cope with is no finding. \`test/proof/differences.test.ts\` gives both the same generated replies: each difference must be one entry of these lists, and each entry must be met, so neither list can grow old.`;

const STRICTER = `## Stricter

oauth4webapi accepts these, and m2m-watch does not call them granted: no caller gets anywhere with such a token, or it may not be the one that was issued.`;

const MORE_LENIENT = `## More lenient

oauth4webapi throws at these, and m2m-watch takes the token, verifies it and calls the API with it: what it would otherwise report as \`token-reply-malformed\` breaks few callers, and a broken one shows in the call.`;

function table(differences: readonly Difference[]): string {
  const rows = differences.map(({ reply, why, source }) => `| ${reply} | ${why} | ${source} |`);
  return ['| reply | why | source |', '|---|---|---|', ...rows].join('\n');
}

/** `docs/decisions/stricter-than-oauth4webapi.md`: the lists that the proof runs on. */
export const generator: GeneratedFile = {
  path: 'docs/decisions/stricter-than-oauth4webapi.md',
  generate: () =>
    `${[INTRODUCTION, STRICTER, table(WHERE_STRICTER), MORE_LENIENT, table(WHERE_MORE_LENIENT)].join('\n\n')}\n`,
};
