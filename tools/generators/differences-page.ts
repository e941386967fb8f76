import {
  type Difference,
  WHERE_MORE_LENIENT,
  WHERE_STRICTER,
} from '../../test/proof/differences.ts';
import type { GeneratedFile } from '../generated-file.ts';

const INTRODUCTION = `# Token replies that m2m-watch and oauth4webapi judge differently

<!-- Generated from test/proof/differences.ts by \`npm run docs\`: edit the list, not this page. -->

[oauth4webapi](https://github.com/panva/oauth4webapi) is certified, and it represents the libraries that callers use. So m2m-watch accepts the token replies that oauth4webapi accepts, and reports nothing that callers cope with; the exceptions are below. \`test/proof/differences.test.ts\` gives both the same generated replies. Each difference must match exactly one entry of these lists, and each entry must occur, so neither list can become outdated.`;

const STRICTER = `## Stricter

oauth4webapi accepts these replies and m2m-watch does not: no caller can use such a token, or it may not be the one that was issued.`;

const MORE_LENIENT = `## More lenient

oauth4webapi rejects these replies. m2m-watch takes the token, verifies it and calls the API with it: reported as \`token-reply-malformed\`, they would be false alarms for most callers, and a token that does not work fails in the API call.`;

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
