import type { Output } from './cli-io.ts';
import { textWidth } from './text-layout.ts';

/** The last lines of a terminal, drawn again in place; what stands above them scrolls as usual. */
export interface LiveRegion {
  /** Replaces the region; `above` is printed before it, once, and stays. */
  draw(region: { readonly above: string; readonly lines: string }): void;
}

// biome-ignore lint/suspicious/noControlCharactersInRegex: the styles that our own lines carry
const STYLES = /\u001b\[\d+m/g;

/**
 * Draws in the terminal's last lines, without clearing what the reader has above.
 *
 * A region higher than the terminal cannot be drawn over, so it is printed anew below.
 */
export function liveRegion(output: Output): LiveRegion {
  let drawn: readonly string[] = [];
  return {
    draw: ({ above, lines }) => {
      const height = heightOf(drawn, output.columns);
      const isReachable = height > 0 && height < (output.rows ?? 0);
      output.write(isReachable ? `\u001b[${height}A\r\u001b[J` : '');
      output.write(above + lines);
      drawn = lines.split('\n').slice(0, -1);
    },
  };
}

/** A window that became narrower since has broken lines in two. */
function heightOf(lines: readonly string[], columns: number | null): number {
  return lines.reduce((sum, line) => {
    const width = textWidth(line.replace(STYLES, ''));
    return sum + (columns === null ? 1 : Math.max(1, Math.ceil(width / columns)));
  }, 0);
}
