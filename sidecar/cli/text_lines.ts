/** Lines for a terminal. */

/** How lines are made. */
export interface LineStyle {
  colours: boolean;
  /** Characters that fit into a line. */
  width: number;
}

/** Text in lines of at most `width` characters, cut between words. */
export function wrapped(
  text: string,
  { width, first, rest }: { width: number; first: string; rest: string },
): string[] {
  const lines: string[] = [];
  let line = first;
  let isEmpty = true;
  for (const word of text.split(" ")) {
    if (!isEmpty && line.length + 1 + word.length > width) {
      lines.push(line);
      line = rest;
      isEmpty = true;
    }
    line += isEmpty ? word : ` ${word}`;
    isEmpty = false;
  }
  return [...lines, line];
}

/** Text that stands out. */
export function bold(text: string, style: LineStyle): string {
  return colour(text, { style, code: 1 });
}

/** Text in a colour of ECMA-48. */
export function colour(text: string, { style, code }: { style: LineStyle; code: number }): string {
  return style.colours ? `\x1b[${code}m${text}\x1b[0m` : text;
}
