import assert from "node:assert/strict";
import { ALERT_RULES } from "../../sidecar/grafana/alert_rules.ts";
import { FLEET_UID, OUTPUT_UID, STREAMER_UID } from "../../sidecar/grafana/uids.ts";
import { DASHBOARDS, RULES_PATH } from "../../sidecar/packaging/write_grafana.ts";
import { APT, counterpartTest } from "../counterparts.ts";
import { promtool } from "../peers/promtool.ts";
import type { PrometheusApi, Series } from "../peers/prometheus_api.ts";
import { startPrometheus } from "../peers/prometheus.ts";
import { startVictoriaMetrics, type VictoriaMetrics } from "../peers/victoria_metrics.ts";
import { replayRules } from "../peers/vm_alert.ts";
import { BEN, EARLIER_SESSION, END_S, EVENINGS, EVERY_S, MIA, SESSION } from "./evening.ts";
import { type Answer, FLEET_ANSWERS, OUTPUT_ANSWERS, STREAMER_ANSWERS } from "./expected.ts";
import { openMetricsOf } from "./open_metrics.ts";
import { pushEvening } from "./push_evening.ts";
import { type Board, interpolate, queriesOf, readBoard } from "./queries_of.ts";

/** Seconds before the end in which nothing changes. */
const STEADY_S = 120;

const ALL = ".*";
/** As Grafana fills variables in: "All" is the pattern that the dashboards name. */
const VARIABLES = {
  ...{ streamer: ALL, machine: ALL, platform: ALL, session: ALL, output: ALL },
  ...{ __rate_interval: "1m", __range: "10m" },
};
const AS_BEN = { ...VARIABLES, streamer: BEN.streamer.name.replaceAll('"', '\\"') };
const AS_MIA = { ...VARIABLES, streamer: MIA.streamer.name };

const BOARDS = await Promise.all(Object.keys(DASHBOARDS).map(readBoard));

/** Labels by which an answer's series are told apart, in this order. */
const KEYS = [
  ...["streamer_id", "platform", "output", "severity", "hw_id", "hw_gpu_task"],
  "network_io_direction",
];

function keyOf({ labels }: Series): string {
  return KEYS.map((key) => labels[key]).filter((value) => value !== undefined).join(" ");
}

function board(uid: string): Board {
  const found = BOARDS.find((each) => each.uid === uid);
  if (found === undefined) throw new Error(`There is no dashboard ${uid}`);
  return found;
}

async function startWithEvenings(): Promise<VictoriaMetrics> {
  const store = await startVictoriaMetrics();
  for (const evening of EVENINGS) await pushEvening(store.otlpUrl, evening);
  await store.flush();
  return store;
}

/** The values of an answer; of one over time it must be the same at every step. */
function valuesOf(series: readonly Series[], { points }: { points: number }): Answer {
  const values = series.map((each): [string, number] => {
    assert.equal(each.values.length, points, keyOf(each));
    const [first] = each.values;
    for (const [, value] of each.values) assert.ok(isNear(value, first?.[1] ?? NaN), keyOf(each));
    return [keyOf(each), first?.[1] ?? NaN];
  });
  const answer = Object.fromEntries(values);
  assert.equal(Object.keys(answer).length, series.length, "two series with the same labels");
  return answer;
}

function isNear(value: number, other: number): boolean {
  return Math.abs(value - other) <= 1e-9 * Math.max(1, Math.abs(other));
}

function assertAnswer(answer: Answer, expected: Answer): void {
  assert.deepEqual(Object.keys(answer).sort(), Object.keys(expected).sort());
  for (const [key, value] of Object.entries(expected)) {
    assert.ok(isNear(answer[key] ?? NaN, value), `${key}: ${answer[key]}, not ${value}`);
  }
}

counterpartTest("every panel answers with what was pushed", [APT], async (t) => {
  await using store = await startWithEvenings();
  await askPanels(store, t);
});

counterpartTest("every panel answers the same with Prometheus's own engine", [APT], async (t) => {
  await using store = await startPrometheus(openMetricsOf(EVENINGS));
  await askPanels(store, t);
});

/** Asks every query of every dashboard, and compares. */
async function askPanels(store: PrometheusApi, t: Deno.TestContext): Promise<void> {
  const cases = [
    { uid: FLEET_UID, answers: FLEET_ANSWERS, values: VARIABLES },
    { uid: STREAMER_UID, answers: STREAMER_ANSWERS, values: AS_BEN },
    { uid: OUTPUT_UID, answers: OUTPUT_ANSWERS, values: AS_BEN },
  ];
  for (const { uid, answers, values } of cases) {
    const queries = queriesOf(board(uid));
    assert.deepEqual(
      queries.map(({ panel, refId }) => `${panel} ${refId}`).sort(),
      Object.keys(answers).sort(),
    );
    for (const { panel, refId, expr, instant } of queries) {
      const name = `${panel} ${refId}`;
      await t.step(`${board(uid).title}: ${name}`, async () => {
        const query = interpolate(expr, values);
        const span = { fromS: END_S - STEADY_S, toS: END_S, stepS: EVERY_S };
        const answer = instant
          ? valuesOf(await store.query(query, { atS: END_S }), { points: 1 })
          : valuesOf(await store.queryRange(query, span), { points: STEADY_S / EVERY_S + 1 });
        assertAnswer(answer, answers[name] ?? {});
      });
    }
  }
}

counterpartTest(
  "variables offer who and what was pushed, and narrow the panels",
  [APT],
  async () => {
    await using store = await startWithEvenings();
    const offered = async (uid: string, values: Record<string, string>) => {
      const found: Record<string, unknown> = {};
      for (const { name, type, definition = "" } of board(uid).templating.list) {
        if (type !== "query") continue;
        const [, metric = "", label = ""] = /^label_values\((.+), (\w+)\)$/.exec(definition) ?? [];
        found[name] = await store.ask(`/api/v1/label/${label}/values`, {
          "match[]": interpolate(metric, values),
          start: String(END_S - 900),
          end: String(END_S),
        });
      }
      return found;
    };
    const everyone = ['Ben "B" O\'Neil', "Lee", "Mia", "Zoe"];
    assert.deepEqual(await offered(FLEET_UID, VARIABLES), {
      streamer: everyone,
      platform: ["twitch", "youtube"],
    });
    assert.deepEqual(await offered(OUTPUT_UID, AS_MIA), {
      streamer: everyone,
      machine: ["aaaa"],
      platform: ["twitch", "youtube"],
      session: [EARLIER_SESSION, SESSION],
      output: ["aitum_youtube", "simple_file_output", "simple_stream"],
    });

    const ask = async (uid: string, name: string, values: Record<string, string>) => {
      const found = queriesOf(board(uid)).find(({ panel, refId }) => `${panel} ${refId}` === name);
      const query = interpolate(found?.expr ?? "", values);
      return await store.queryRange(query, { fromS: END_S - 900, toS: END_S, stepS: EVERY_S });
    };
    const last = (series: readonly Series[]) =>
      series.map((each) => [keyOf(each), each.values.at(-1)?.[1]]);
    const onYouTube = { ...VARIABLES, platform: "youtube" };
    assert.deepEqual(last(await ask(FLEET_UID, "Streamers A", onYouTube)), [["", 1]]);
    assert.deepEqual(last(await ask(FLEET_UID, "Who and why A", onYouTube)), [["aaaa", 0]]);
    const times = async (session: string) => {
      const [only, ...others] = await ask(STREAMER_UID, "Processor A", { ...AS_MIA, session });
      assert.equal(others.length, 0);
      return (only?.values ?? []).map(([atS]) => atS);
    };
    const beganS = Date.parse(SESSION) / 1000;
    const earlier = await times(EARLIER_SESSION);
    assert.equal(earlier[0], END_S - 900);
    // A series is told for some time after its last point.
    assert.ok(Math.abs((earlier.at(-1) ?? 0) - beganS) <= 60);
    const later = await times(SESSION);
    assert.deepEqual([later[0], later.at(-1)], [beganS, END_S]);
  },
);

counterpartTest(
  "each alert rule fires for its trouble and for nobody who is well",
  [APT],
  async () => {
    await using store = await startWithEvenings();
    const checked = await promtool(["check", "rules", RULES_PATH]);
    assert.equal(checked.code, 0, checked.output);
    const replayed = await replayRules(RULES_PATH, {
      origin: store.origin,
      fromS: END_S - 300,
      toS: END_S,
    });
    assert.equal(replayed.code, 0, replayed.output);
    await store.flush();
    const firing = await store.query('ALERTS{alertstate="firing"}', { atS: END_S });
    const fired = (id: string) =>
      firing.filter(({ labels }) => labels["streamer_id"] === id)
        .map(({ labels }) => labels["alertname"] ?? "").sort();
    assert.deepEqual(fired("aaaa"), []);
    assert.deepEqual(fired("cccc"), ["ObsStreamerSilent"]);
    assert.deepEqual(fired("dddd"), ["ObsEncoderSkips", "ObsNetworkDrops", "ObsRenderLag"]);
    const others = [...fired("cccc"), ...fired("dddd")];
    assert.deepEqual(
      fired("bbbb"),
      ALERT_RULES.map(({ alert }) => alert).filter((alert) => !others.includes(alert)).sort(),
    );
  },
);
