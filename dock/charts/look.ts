/// <reference lib="dom" />

/** Dashes of a chart's lines, so that they can be told apart without their colours. */
export const DASHES: readonly (readonly number[])[] = [
  [],
  [7, 3],
  [2, 2],
  [9, 3, 2, 3],
  [4, 4],
  [12, 2, 2, 2, 2, 2],
];

/** The colours of a chart, as the theme has them. */
export interface Look {
  lines: string[];
  warning: string;
  bad: string;
  grid: string;
  text: string;
  font: string;
}

/** Reads the theme's colours. */
export function readLook(): Look {
  const style = getComputedStyle(document.documentElement);
  const colour = (name: string): string => style.getPropertyValue(`--${name}`).trim();
  return {
    lines: DASHES.map((_, i) => colour(`chart-${i + 1}`)),
    warning: colour("warning"),
    bad: colour("bad"),
    grid: colour("line"),
    text: colour("quiet"),
    font: `10px ${style.fontFamily}`,
  };
}
