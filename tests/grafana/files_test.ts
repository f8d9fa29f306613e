import assert from "node:assert/strict";
import { ALERT_RULES } from "../../sidecar/grafana/alert_rules.ts";
import { OTLP_METRICS } from "../../sidecar/otlp/otlp_metrics.ts";
import { prometheusLabel, prometheusName } from "../../sidecar/otlp/prometheus_name.ts";
import { DASHBOARDS, grafanaFiles } from "../../sidecar/packaging/write_grafana.ts";
import { exampleTelemetry } from "../api/example_telemetry.ts";
import { promqlWords } from "./promql_words.ts";
import { type Board, type BoardPanel, queriesOf, readBoard, variablesIn } from "./queries_of.ts";

const BOARDS = await Promise.all(Object.keys(DASHBOARDS).map(readBoard));
/** Grafana's own, as far as they are used. */
const GRAFANAS = ["__rate_interval", "__range", "__data", "__all", "datasource"];
const METRICS = new Set(OTLP_METRICS.map(prometheusName));
const LABELS = pointLabels();

/** The labels that points bring with them, and no backend's own ones. */
function pointLabels(): Set<string> {
  const source = {
    ...exampleTelemetry(),
    firing: { info: 0, warning: 0, error: 0, critical: 0 },
    sessionStartMs: 1_790_000_000_000,
  };
  const attributes = OTLP_METRICS.flatMap((metric) =>
    metric.read(source).flatMap((reading) => Object.keys(reading.attributes))
  );
  return new Set(["streamer", "streamer_id", ...attributes.map(prometheusLabel)]);
}

/** Every query that is in the files, with where it stands. */
function allQueries(): [where: string, expr: string][] {
  return [
    ...BOARDS.flatMap((board) =>
      queriesOf(board).map(({ panel, refId, expr }): [string, string] => [
        `${board.title}, ${panel} ${refId}`,
        expr,
      ])
    ),
    ...BOARDS.flatMap((board) =>
      variableQueries(board).map(({ name, metric }): [string, string] => [
        `${board.title}, $${name}`,
        metric,
      ])
    ),
    ...ALERT_RULES.map(({ alert, expr }): [string, string] => [alert, expr]),
  ];
}

/** What a board's variables are asked with: `label_values(metric, label)`. */
function variableQueries({ templating }: Board) {
  return templating.list.filter(({ type }) => type === "query").map(({ name, definition = "" }) => {
    const [, metric = "", label = ""] = /^label_values\((.+), (\w+)\)$/.exec(definition) ?? [];
    assert.ok(metric !== "" && label !== "", definition);
    return { name, metric, label };
  });
}

Deno.test("the files are what the table of metrics makes of them", async () => {
  for (const [path, text] of grafanaFiles()) {
    assert.equal(
      await Deno.readTextFile(path),
      text,
      `${path}: run deno run -P=build sidecar/packaging/write_grafana.ts`,
    );
  }
});

Deno.test("every query asks for metrics that are sent, by labels that points bring along", () => {
  const queries = allQueries();
  assert.ok(queries.length > 80);
  for (const [where, expr] of queries) {
    const { metrics, labels } = promqlWords(expr);
    assert.ok(metrics.size > 0, where);
    for (const metric of metrics) assert.ok(METRICS.has(metric), `${where}: metric ${metric}`);
    for (const label of labels) assert.ok(LABELS.has(label), `${where}: label ${label}`);
  }
});

Deno.test("legends, columns, variables and messages name labels that points bring along", () => {
  const texts = [
    ...BOARDS.flatMap((board) => queriesOf(board).map(({ legend }) => legend)),
    ...ALERT_RULES.flatMap(({ summary, description }) => [summary, description]),
  ];
  const named = [
    ...texts.flatMap((text) =>
      Array.from(text.matchAll(/\{\{\s*(?:\$labels\.)?([a-z_]+)\s*\}\}/g), ([, name = ""]) => name)
    ),
    ...BOARDS.flatMap((board) => variableQueries(board).map(({ label }) => label)),
  ];
  assert.ok(named.length > 40);
  for (const name of named) assert.ok(LABELS.has(name), name);
});

Deno.test("no label that only some backends give is named anywhere", () => {
  const banned = /\b(job|instance|service_\w+|host_name|os_type|deployment_\w+)\b/;
  for (const label of LABELS) assert.doesNotMatch(label, banned);
  for (const [where, expr] of allQueries()) assert.doesNotMatch(expr, banned, where);
  for (const text of ['up{job="a"}', "sum by (service_name) (a)", 'a{host_name="b"}']) {
    assert.match(text, banned);
  }
});

Deno.test("the words of a query are found wherever they stand", () => {
  const { metrics, labels } = promqlWords(
    'sum by (job, a) (rate(x_total{instance=~"$i",b!="c"}[$__rate_interval])) / on (d) group_left ' +
      '(e) (y:z > 0) or vector(0) unless {__name__=~"m|n",f="g"}',
  );
  assert.deepEqual([...metrics].sort(), ["m", "n", "x_total", "y:z"]);
  assert.deepEqual([...labels].sort(), ["a", "b", "d", "e", "f", "instance", "job"]);
});

for (const board of BOARDS) {
  Deno.test(`${board.title}: panels have places of their own, queries and the data source's variable`, () => {
    assert.equal(board.schemaVersion, 39);
    assert.match(board.uid, /^[a-z-]{1,40}$/);
    assert.equal(new Set(board.panels.map(({ id }) => id)).size, board.panels.length);
    const cells = new Set<string>();
    for (const panel of board.panels) {
      for (const cell of cellsOf(panel)) {
        assert.ok(!cells.has(cell), `${panel.title} covers ${cell}`);
        cells.add(cell);
      }
      if (panel.type === "row") continue;
      assert.ok((panel.description ?? "").length > 10, panel.title);
      assert.ok((panel.targets ?? []).length > 0, panel.title);
      for (const { datasource, instant, range, refId } of panel.targets ?? []) {
        assert.deepEqual(datasource, { type: "prometheus", uid: "${datasource}" });
        assert.notEqual(instant, range);
        assert.match(refId, /^[A-Z]$/);
      }
    }
  });

  Deno.test(`${board.title}: every variable that is asked for is there, and links lead to dashboards`, () => {
    const names = new Set([...GRAFANAS, ...board.templating.list.map(({ name }) => name)]);
    for (const name of variablesIn(JSON.stringify(board))) assert.ok(names.has(name), name);
    const uids = Array.from(JSON.stringify(board).matchAll(/"\/d\/([^?"]+)\?/g), ([, uid]) => uid);
    for (const uid of uids) assert.ok(BOARDS.some((other) => other.uid === uid), uid);
  });
}

/** The cells of Grafana's grid that a panel covers; it has 24 columns. */
function cellsOf({ gridPos: { x, y, w, h }, title }: BoardPanel): string[] {
  assert.ok(x >= 0 && w > 0 && h > 0 && x + w <= 24, title);
  return Array.from({ length: w * h }, (_, i) => `${x + i % w},${y + Math.floor(i / w)}`);
}

Deno.test("the alert rules have names of their own, a remedy and a duration", () => {
  assert.equal(new Set(ALERT_RULES.map(({ alert }) => alert)).size, ALERT_RULES.length);
  for (const { alert, for: lasts, summary, description } of ALERT_RULES) {
    assert.match(alert, /^Obs[A-Za-z]+$/);
    assert.match(lasts, /^\d+[sm]$/);
    assert.match(summary, /\{\{ \$labels\.streamer \}\}/);
    assert.ok(description.length > 10);
  }
});
