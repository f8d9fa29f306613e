import type { Plugin } from "esbuild";

/** A place in uPlot's module, and what stands there in the dock. */
interface Fold {
  find: RegExp;
  put: string;
}

/**
 * What the dock never asks of uPlot (uplot 1.6.32, uPlot.esm.js), written so that the bundler sees
 * that it cannot happen: bars, splines, steps and the joining of tables, which hang on its function
 * as properties; legends; tables of points in place of columns; dates, which the dock writes
 * itself; scales other than linear ones; a horizontal axis of values; selecting by dragging; points
 * on lines and lines that stand out under the pointer; lines that come and go.
 */
const FOLDS: readonly Fold[] = [
  { find: /uPlot\.assign = assign;[^]*(?=export \{)/g, put: "" },

  { find: /const showLegend = legend\.show;|multiValLegend = getMultiVals != null;/g, put: "" },
  { find: /let multiValLegend = false;/g, put: "" },
  { find: /\b(showLegend|multiValLegend)\b/g, put: "false" },

  { find: /(?<![.\w])mode == 2/g, put: "false" },
  { find: /(?<![.\w])mode == 1/g, put: "true" },

  { find: /const FEAT_TIME {10}= true;/g, put: "const FEAT_TIME = false;" },
  { find: /let isTime = [^;]*;/g, put: "" },
  { find: /\bisTime\b/g, put: "false" },
  { find: /const \[ timeIncrs\w+, [^\]]*\] = genTimeStuffs\([^)]*\);/g, put: "" },
  { find: /const _(tzDate|fmtDate|timeAxis\w+|timeSeriesVal) +=[^\n]*;/g, put: "" },
  { find: /const localTz = [^;]*;/g, put: "" },

  { find: /\b(sc|wsc|scale|scaleX)\.distr (==|>=) +[234](00)?\b/g, put: "false" },
  { find: /(?<![.\w])(distr|xScaleDistr) == +(2|3|4|100)\b/g, put: "false" },
  { find: /\b(sc|scale)\.distr == 100/g, put: "false" },
  { find: /\bscaleX\.distr != 2/g, put: "true" },

  { find: /\bscaleX\.ori == 0/g, put: "true" },
  { find: /\bscaleX\.ori == 1/g, put: "false" },

  { find: /onMouse\((mousedown|dblclick), +over, \w+\);/g, put: "" },
  { find: /events\.(mousedown|mouseup|dblclick) = \w+;/g, put: "" },
  { find: /(?<=if \((select\.show && )?)_?dragging\b/g, put: "false" },
  { find: /const cursor(Focus|OnePt) = [^;]*;/g, put: "" },
  { find: /\bcursor(Focus|OnePt)\b/g, put: "false" },
  { find: /shouldSetLegend \|\| false/g, put: "false" },
  {
    find: /let (show|idxs) = s\.points\.(show|filter)\([^;]*;|const pointsPath = [^;]*;/g,
    put: "",
  },
  { find: /\bshow \|\| idxs\b/g, put: "false" },
  { find: /\bpointsPath\b/g, put: "null" },
  { find: /\bself\.(addSeries|delSeries|addBand|delBand|setSelect|setLegend) = \w+;/g, put: "" },
  { find: /self\.(setSeries|setBand) = \w+;/g, put: "" },
  { find: /events\["setSeries"\] = [^]*?\n\t\};?/g, put: "" },
  { find: /\n\tfunction (setSeries|setBand|setFocus|setAlpha|toggleDOM)\([^]*?\n\t\}/g, put: "" },
  { find: /\n\tfunction (add|del)(Series|Band)\([^]*?\n\t\}/g, put: "" },
  { find: /\n\tfunction (mouseDown|mouseUp|dblClick)\([^]*?\n\t\}/g, put: "" },
  { find: /\n\tfunction (initLegendRow|setLegendValues)\([^]*?\n\t\}/g, put: "" },
];

/** Leaves out of uPlot what the dock never draws; no bundler can see that nobody uses it. */
export const lighterUplot: Plugin = {
  name: "lighter-uplot",
  setup({ onLoad }) {
    onLoad({ filter: /uPlot\.esm\.js$/ }, async ({ path }) => {
      const text = await Deno.readTextFile(path);
      return { contents: FOLDS.reduce((code, fold) => folded(code, fold, path), text) };
    });
  },
};

function folded(code: string, { find, put }: Fold, path: string): string {
  const next = code.replace(find, put);
  if (next === code) throw new Error(`${path} is written another way than FOLDS expects: ${find}`);
  return next;
}
