import type { Panel } from "./panel.ts";

/** A variable that a person chooses from. */
export interface Variable {
  name: string;
  label: string;
  /** As Grafana's Prometheus data source knows it: `label_values(metric, label)`. */
  query: string;
  /** Whether several, and all, can be chosen. */
  multi: boolean;
}

/** What a dashboard is made of. */
export interface DashboardOptions {
  /** Stays the same for ever: links and updates go by it. */
  uid: string;
  title: string;
  description: string;
  variables: readonly Variable[];
  /** Rows of panels, each with a heading; the first may have none. */
  rows: readonly { title: string; panels: readonly Panel[] }[];
  /** Relative time that is shown at first. */
  from: string;
}

/** A dashboard as Grafana imports it. */
export type DashboardJson = Record<string, unknown>;

const COLUMNS = 24;
const SCHEMA_VERSION = 39;
const TAG = "obs-telemetry-bridge";

/** Makes a dashboard's JSON: panels from left to right, and in a new line where they do not fit. */
export function dashboard(options: DashboardOptions): DashboardJson {
  const { uid, title, description, variables, rows, from } = options;
  return {
    uid,
    title,
    description,
    tags: [TAG],
    schemaVersion: SCHEMA_VERSION,
    version: 1,
    editable: true,
    graphTooltip: 1,
    refresh: "10s",
    time: { from, to: "now" },
    timezone: "browser",
    annotations: { list: [] },
    links: [{
      type: "dashboards",
      title: "OBS Telemetry Bridge",
      tags: [TAG],
      asDropdown: true,
      includeVars: true,
      keepTime: true,
      icon: "external link",
      targetBlank: false,
      tooltip: "",
      url: "",
    }],
    templating: { list: [DATASOURCE_VARIABLE, ...variables.map(variableJson)] },
    panels: layOut(rows),
  };
}

const DATASOURCE_VARIABLE = {
  name: "datasource",
  label: "Data source",
  type: "datasource",
  query: "prometheus",
  regex: "",
  multi: false,
  includeAll: false,
  refresh: 1,
  hide: 0,
  current: {},
  options: [],
};

function variableJson({ name, label, query, multi }: Variable) {
  return {
    name,
    label,
    type: "query",
    datasource: { type: "prometheus", uid: "${datasource}" },
    definition: query,
    query: { qryType: 1, query, refId: "PrometheusVariableQueryEditor-VariableQuery" },
    // When the time range changes: who streamed then.
    refresh: 2,
    sort: 1,
    multi,
    includeAll: multi,
    ...(multi ? { allValue: ".*" } : {}),
    current: multi ? { selected: true, text: ["All"], value: ["$__all"] } : {},
    regex: "",
    hide: 0,
    options: [],
  };
}

function layOut(rows: DashboardOptions["rows"]) {
  const placed: Record<string, unknown>[] = [];
  let y = 0;
  const id = () => placed.length + 1;
  for (const { title, panels } of rows) {
    if (title !== "") {
      const gridPos = { x: 0, y, w: COLUMNS, h: 1 };
      placed.push({ id: id(), type: "row", title, collapsed: false, gridPos, panels: [] });
      y += 1;
    }
    let x = 0;
    let lineHeight = 0;
    for (const { type, title, width, height, json } of panels) {
      if (x + width > COLUMNS) {
        x = 0;
        y += lineHeight;
        lineHeight = 0;
      }
      const gridPos = { x, y, w: width, h: height };
      placed.push({ id: id(), type, title, gridPos, ...json });
      x += width;
      lineHeight = Math.max(lineHeight, height);
    }
    y += lineHeight;
  }
  return placed;
}
