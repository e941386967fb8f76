import type { Mismatch } from '../../core/claims/mismatch.ts';
import {
  type DescribeContext,
  describeClaims,
  tokenOddities,
} from '../../core/paste/describe-token.ts';
import { escapeTerminal } from '../../core/text/escape-terminal.ts';
import type { PastedSeen } from '../../wiring/pasted-token.ts';
import { proseWidth } from '../render-diagnosis.ts';
import { hangText, padText, textWidth, type View, wrapText } from '../terminal-text.ts';

type Decoded = Extract<PastedSeen, { readonly kind: 'decoded' }>;

/** A claim's name is shown up to here in its column; a longer one pushes its value away. */
const WIDEST_NAME = 28;

/** Whether the signature was found to hold: always the first line that is said of a token. */
export function trustLines({ trust }: Decoded, what: string, view: View): readonly string[] {
  const isVerified = trust.kind === 'verified';
  const text = isVerified
    ? `${what} is verified: a key of the provider ${trust.provider} signed it`
    : `${what} is not verified: ${trust.why}`;
  const lines = wrapText(`${isVerified ? '✓' : '!'} ${escapeTerminal(text)}`, {
    width: proseWidth(view),
  });
  return lines.map((line) => view.style(isVerified ? 'green' : 'yellow', line));
}

/** The header and the claims of a token, and what is odd about it. */
export function tokenLines(
  decoded: Decoded,
  context: DescribeContext,
  view: View,
): readonly string[] {
  const { header, claims } = decoded;
  const shown = (text: string | null) => (text === null ? 'none' : context.clean(text));
  const oddities = tokenOddities(claims, context);
  return [
    '',
    view.style('bold', 'Header'),
    ...pairLines(
      [
        { name: 'alg', text: shown(header.algorithm) },
        { name: 'kid', text: shown(header.keyId) },
        { name: 'typ', text: shown(header.type) },
      ],
      view,
    ),
    '',
    view.style('bold', 'Claims'),
    ...pairLines(describeClaims(claims, context), view),
    ...(oddities.length === 0 ? [] : ['', view.style('bold', 'To note')]),
    ...oddities.flatMap((oddity) => hangText('  - ', escapeTerminal(oddity), proseWidth(view))),
  ];
}

/** Names in a column, and beside each its text. */
function pairLines(
  pairs: readonly { readonly name: string; readonly text: string }[],
  { width }: View,
): readonly string[] {
  const escaped = pairs.map(({ name, text }) => ({
    name: escapeTerminal(name),
    text: escapeTerminal(text),
  }));
  const nameWidth = Math.min(
    Math.max(...escaped.map(({ name }) => textWidth(name)), 0),
    WIDEST_NAME,
  );
  return escaped.flatMap(({ name, text }) =>
    hangText(`  ${padText(name, nameWidth)}  `, text, width),
  );
}

/** Findings in one line each, errors marked apart from warnings. */
export function mismatchLines(mismatches: readonly Mismatch[], view: View): readonly string[] {
  const width = proseWidth(view);
  const causeWidth = Math.max(0, ...mismatches.map(({ cause }) => cause.length));
  return mismatches.flatMap(({ cause, severity, detail }) => {
    const sign = severity === 'error' ? '✗' : '!';
    const lines = hangText(
      `  ${sign} ${padText(cause, causeWidth)}  `,
      escapeTerminal(detail),
      width,
    );
    return lines.map((line) => line.trimEnd());
  });
}

/** The steps that mend something, numbered, and the page that explains more. */
export function mendingLines(
  { fix, help }: { readonly fix: readonly string[]; readonly help: string | null },
  view: View,
): readonly string[] {
  const width = proseWidth(view);
  return [
    view.style('dim', '  Fix'),
    ...fix.flatMap((step, index) => hangText(`    ${index + 1}. `, escapeTerminal(step), width)),
    ...(help === null ? [] : hangText('  Help     ', help, width)),
  ];
}
