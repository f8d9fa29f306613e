/**
 * Panels of Grafana dashboards, as far as these dashboards need them. The fields are those of
 * Grafana's dashboard JSON, schema version 39 (Grafana 10.4 and later; grafana.com/docs, "Dashboard
 * JSON model").
 */

/** One query of a panel. */
export interface Query {
  /** In PromQL. */
  expr: string;
  /** How its series are called; `{{label}}` stands for a label's value. */
  legend?: string;
  /** A column of a table: what the value is called there. */
  column?: string;
}

/** From which value on which colour is shown; the first step has no value. */
export type Step = readonly [value: number | null, color: string];

/** Words and colours for values. */
export type ValueWords = Readonly<Record<string, readonly [text: string, color: string]>>;

/** How a value is written and coloured. */
export interface Look {
  /** Grafana's id of a unit: `percentunit`, `bps`, `s`. */
  unit?: string;
  decimals?: number;
  min?: number;
  max?: number;
  steps?: readonly Step[];
  words?: ValueWords;
}

/** What all panels have in common. */
export interface PanelOptions extends Look {
  title: string;
  /** Which question it answers, and what to do about a bad answer. */
  description: string;
  queries: readonly Query[];
  /** In columns of 24. */
  width: number;
  /** In rows of 30 pixels. */
  height: number;
}

/** A panel without its place. */
export interface Panel {
  readonly type: string;
  readonly title: string;
  readonly width: number;
  readonly height: number;
  /** The rest of its JSON. */
  readonly json: Record<string, unknown>;
}

/** Refers to the variable that every dashboard has. */
const DATASOURCE = { type: "prometheus", uid: "${datasource}" } as const;

const OK = "green";
const NO_STEPS: readonly Step[] = [[null, OK]];

/** Lines over time. */
export function timeSeries(options: PanelOptions & { fill?: number; stack?: boolean }): Panel {
  const { fill = 10, stack = false, steps } = options;
  const custom = {
    drawStyle: "line",
    lineWidth: 1,
    fillOpacity: fill,
    showPoints: "never",
    spanNulls: false,
    stacking: { mode: stack ? "normal" : "none", group: "A" },
    thresholdsStyle: { mode: steps === undefined ? "off" : "dashed" },
  };
  return panel("timeseries", options, {
    fieldConfig: { defaults: { ...defaults(options), ...palette(), custom }, overrides: [] },
    options: {
      legend: { displayMode: "list", placement: "bottom", showLegend: true, calcs: [] },
      tooltip: { mode: "multi", sort: "desc" },
    },
    targets: targets(options.queries, { instant: false }),
  });
}

/** One number, large, for each series. */
export function stat(
  options: PanelOptions & { background?: boolean; link?: DataLink },
): Panel {
  const { background = true, link } = options;
  return panel("stat", options, {
    fieldConfig: {
      defaults: {
        ...defaults(options),
        color: { mode: "thresholds" },
        ...(link === undefined ? {} : { links: [link] }),
      },
      overrides: [],
    },
    options: {
      reduceOptions: { calcs: ["lastNotNull"], fields: "", values: false },
      colorMode: background ? "background" : "value",
      graphMode: "none",
      justifyMode: "auto",
      orientation: "auto",
      textMode: "auto",
    },
    targets: targets(options.queries, { instant: true }),
  });
}

/** States as bars over time. */
export function stateTimeline(options: PanelOptions): Panel {
  return panel("state-timeline", options, {
    fieldConfig: {
      defaults: {
        ...defaults(options),
        color: { mode: "thresholds" },
        custom: { fillOpacity: 80, lineWidth: 0 },
      },
      overrides: [],
    },
    options: {
      mergeValues: true,
      showValue: "auto",
      alignValue: "left",
      rowHeight: 0.85,
      legend: { displayMode: "list", placement: "bottom", showLegend: false },
      tooltip: { mode: "single" },
    },
    targets: targets(options.queries, { instant: false }),
  });
}

/** A link from a value to another dashboard. */
export interface DataLink {
  title: string;
  url: string;
}

/** One column of a table: a query's value. */
export interface Column extends Look {
  name: string;
  expr: string;
}

/** A table with a row for each combination of labels, and a column for each query. */
export function table(
  options: Omit<PanelOptions, "queries"> & {
    /** Labels that make a row; each becomes a column, by the title given. */
    labels: Readonly<Record<string, string>>;
    columns: readonly Column[];
    /** On the first label. */
    link: DataLink;
    /** Column by which it is sorted, worst first. */
    sortBy: string;
  },
): Panel {
  const { labels, columns, link, sortBy } = options;
  const refs = columns.map((_, i) => refId(i));
  const titles = Object.values(labels);
  const queries = columns.map(({ expr }) => ({ expr }));
  return panel("table", { ...options, queries }, {
    fieldConfig: {
      defaults: { custom: { align: "auto", filterable: true }, thresholds: thresholds(NO_STEPS) },
      overrides: [
        override(titles[0] ?? "", [["links", [link]]]),
        ...columns.map((column) => override(column.name, columnProperties(column))),
      ],
    },
    options: {
      showHeader: true,
      cellHeight: "sm",
      footer: { show: false, reducer: ["sum"], countRows: false, fields: "" },
      sortBy: [{ displayName: sortBy, desc: true }],
    },
    targets: targets(queries, { instant: true, format: "table" }),
    transformations: [
      { id: "merge", options: {} },
      {
        id: "organize",
        options: {
          excludeByName: { Time: true },
          indexByName: Object.fromEntries(
            [...Object.keys(labels), ...refs.map((ref) => `Value #${ref}`)]
              .map((field, i) => [field, i]),
          ),
          renameByName: {
            ...labels,
            ...Object.fromEntries(columns.map(({ name }, i) => [`Value #${refs[i]}`, name])),
          },
        },
      },
    ],
  });
}

function panel(
  type: string,
  { title, description, width, height }: PanelOptions,
  json: Record<string, unknown>,
): Panel {
  return { type, title, width, height, json: { description, datasource: DATASOURCE, ...json } };
}

function targets(
  queries: readonly Query[],
  { instant, format = "time_series" }: { instant: boolean; format?: string },
) {
  return queries.map(({ expr, legend }, i) => ({
    refId: refId(i),
    datasource: DATASOURCE,
    editorMode: "code",
    expr,
    format,
    instant,
    range: !instant,
    legendFormat: legend ?? "__auto",
  }));
}

/** A, B … Z. */
function refId(index: number): string {
  return String.fromCharCode("A".charCodeAt(0) + index);
}

function defaults({ unit, decimals, min, max, steps = NO_STEPS, words }: Look) {
  return {
    ...(unit === undefined ? {} : { unit }),
    ...(decimals === undefined ? {} : { decimals }),
    ...(min === undefined ? {} : { min }),
    ...(max === undefined ? {} : { max }),
    mappings: words === undefined ? [] : mappings(words),
    thresholds: thresholds(steps),
  };
}

function palette() {
  return { color: { mode: "palette-classic" } };
}

function thresholds(steps: readonly Step[]) {
  return { mode: "absolute", steps: steps.map(([value, color]) => ({ value, color })) };
}

function mappings(words: ValueWords) {
  const options = Object.fromEntries(
    Object.entries(words).map(([value, [text, color]], index) => [value, { text, color, index }]),
  );
  return [{ type: "value", options }];
}

function columnProperties(column: Column): [string, unknown][] {
  const { unit, decimals, steps, words } = column;
  const properties: [string, unknown][] = [];
  if (unit !== undefined) properties.push(["unit", unit]);
  if (decimals !== undefined) properties.push(["decimals", decimals]);
  if (words !== undefined) properties.push(["mappings", mappings(words)]);
  if (steps !== undefined) properties.push(["thresholds", thresholds(steps)]);
  if (steps !== undefined || words !== undefined) {
    properties.push(["custom.cellOptions", { type: "color-background", mode: "basic" }]);
  }
  return properties;
}

function override(name: string, properties: readonly (readonly [string, unknown])[]) {
  return {
    matcher: { id: "byName", options: name },
    properties: properties.map(([id, value]) => ({ id, value })),
  };
}
