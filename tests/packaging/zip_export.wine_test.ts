/**
 * The zip as a user of Windows has it, sending its figures to a real VictoriaMetrics that goes away
 * for a while. It proves that what the Windows build collects is stored whole: by its time and
 * value, over an outage and a restart. The machine below Wine is Linux; how Windows's own figures
 * and its network stack behave, only a Windows can tell.
 */
import assert from "node:assert/strict";
import type { ExportState } from "../../shared/export_state.ts";
import type { Telemetry } from "../../shared/telemetry.ts";
import { APT, NGINX_RTMP, OBS, XVFB } from "../counterparts.ts";
import { readZip } from "../bytes/read_zip.ts";
import { assertAllArrived } from "../otlp/all_arrived.ts";
import { historyRows, type StoredSeries, storedSeries } from "../otlp/stored_series.ts";
import { startNginxRtmp } from "../peers/nginx_rtmp.ts";
import { startObs } from "../peers/obs.ts";
import { freePort } from "../peers/ports.ts";
import { until } from "../peers/until.ts";
import { startVictoriaMetrics } from "../peers/victoria_metrics.ts";
import { wineTest } from "../peers/wine.ts";
import { PACKAGING } from "./package_set.ts";
import { parseTelemetry } from "./telemetry_shape.ts";
import { unpackWindowsZip } from "./unpack_windows_zip.ts";
import { windowsProgram } from "./windows_program.ts";

const STREAMER = 'Jörg "der Übel"';
const TOKEN = "canary-8d20b7-token";

/** A row each, and a push each; a row may come early by a quarter of that. */
const INTERVAL_MS = 1000;
const EARLY_MS = INTERVAL_MS / 4;

/** What is held against bridge.json: the metric, its figure there, and how exactly it is kept. */
const FIGURES: readonly [name: string, read: (seen: Telemetry) => number | null, within: number][] =
  [
    ["system_cpu_utilization_ratio", ({ system }) => share(system.cpu_usage_percent), 0.0006],
    ["system_memory_usage_bytes", ({ system }) => gib(system.memory_used_gb), 0.006 * 2 ** 30],
    ["system_memory_limit_bytes", ({ system }) => gib(system.memory_total_gb), 0.001 * 2 ** 30],
    ["obs_connected", ({ obs }) => Number(obs.connected), 0],
    ["obs_fps_per_second", ({ obs }) => obs.active_fps, 0.006],
    ["obs_render_frames_total", ({ obs }) => obs.render_total_frames, 0],
  ];

function share(percent: number | null): number | null {
  return percent === null ? null : percent / 100;
}

function gib(value: number | null): number | null {
  return value === null ? null : value * 2 ** 30;
}

function named(stored: readonly StoredSeries[], name: string): StoredSeries {
  const found = stored.find(({ labels }) => labels.__name__ === name);
  assert.ok(
    found !== undefined,
    `${name} is not among ${stored.map((one) => one.labels.__name__)}`,
  );
  return found;
}

/** Holds what is stored of the moments at which bridge.json was looked at against that. */
function assertAsInBridge(
  stored: readonly StoredSeries[],
  seen: ReadonlyMap<number, Telemetry>,
): void {
  for (const [name, read, within] of FIGURES) {
    const { atMs, values } = named(stored, name);
    const both = atMs.flatMap((time, i) => {
      const telemetry = seen.get(time);
      return telemetry === undefined ? [] : [[values[i] ?? NaN, read(telemetry) ?? NaN] as const];
    });
    assert.ok(both.length >= 5, `${name} at ${both.length} moments`);
    for (const [here, there] of both) {
      assert.ok(Math.abs(here - there) <= within, `${name} is ${here}, and ${there} in the file`);
    }
  }
}

/** The files of a zip as texts, by their names. */
async function textsOf(path: string): Promise<Map<string, string>> {
  const files = Array.from(readZip(await Deno.readFile(path)));
  return new Map(files.map(([name, bytes]) => [name, new TextDecoder().decode(bytes)]));
}

wineTest(
  "the zip's figures are in VictoriaMetrics, without a gap over its outage and a restart",
  async (wine) => {
    await unpackWindowsZip(`${wine.folder}/program`);
    await using store = await startVictoriaMetrics();
    await using nginx = await startNginxRtmp();
    await using obs = await startObs({ profile: { SimpleOutput: { VBitrate: 300 } } });
    await obs.setServer(nginx.liveUrl, "a-key-that-stays-secret");
    await using windows = await wine.start();
    const port = freePort();
    const { dataDir, terminal, windowless, setSecret } = await windowsProgram(windows, {
      folder: "Z:\\session\\program",
      config: `[engine]\nmetrics_interval = 1\nstreamer_name = ${JSON.stringify(STREAMER)}\n` +
        `[grafana]\npush_interval = 1\n[api]\nport = ${port}\n[obs]\nport = ${obs.wsPort}\n`,
    });
    await setSecret("grafana.api_url", store.otlpUrl);
    await setSecret("grafana.api_token", TOKEN);
    await setSecret("obs.websocket.password", obs.password);

    const seen = new Map<number, Telemetry>();
    const look = (): Telemetry => {
      const telemetry = parseTelemetry(Deno.readTextFileSync(`${dataDir}/bridge.json`));
      seen.set(telemetry.written_at_ms, telemetry);
      return telemetry;
    };
    const exported = async (
      what: string,
      condition: (state: ExportState) => boolean,
    ): Promise<ExportState> => {
      return await until(async () => {
        look();
        const token = (await Deno.readTextFile(`${dataDir}/api-token`)).trim();
        const answer = await fetch(`http://127.0.0.1:${port}/api/v1/export`, {
          headers: { authorization: `Bearer ${token}` },
        });
        const state: ExportState = await answer.json();
        return condition(state) && state;
      }, { what, withinMs: 30_000 });
    };
    const connected = () =>
      until(() => look().obs.connected === true, { what: "OBS is connected" });
    const sent = async () => {
      const { accepted } = await exported("an answer", () => true);
      await exported("more is sent", (now) => now.accepted > accepted && now.backlog_rows <= 1);
    };

    await windowless();
    await connected();
    await obs.startStream();
    await until(() => look().obs.streaming === true, { what: "the stream is seen" });
    await sent();

    await store.stop();
    const { last_error, oldest_waiting } = await exported(
      "an outage is noticed, and rows wait",
      ({ state, backlog_rows }) => state === "waiting" && backlog_rows >= 4,
    );
    assert.ok(last_error !== null && !last_error.includes(TOKEN), `${last_error}`);
    assert.ok(oldest_waiting !== null);
    const backMs = Date.now();
    await store.start();
    await exported("all is sent", ({ state, backlog_rows }) => state === "ok" && backlog_rows <= 1);

    await terminal("stop");
    await windowless("start");
    await connected();
    const restartedMs = Date.now();
    await sent();
    const { session } = JSON.parse(await terminal("report", "--json"));
    assert.equal(session.end_time, null);
    await terminal("diagnose", "--output", "Z:\\session\\bug.zip");
    await obs.stopStream();
    await until(() => look().obs.streaming === false, { what: "the stream's end is seen" });
    await sent();
    await windowless("stop");

    const rows = historyRows(`${dataDir}/history.db`);
    const stored = await storedSeries(store, STREAMER);
    assertAllArrived(stored, rows);
    const id = (await Deno.readTextFile(`${dataDir}/instance-id`)).trim();
    for (const { labels } of stored) {
      assert.equal(labels.streamer_id, id);
      assert.equal(labels.os_type, "windows");
    }
    const { atMs } = named(stored, "obs_connected");
    const [firstMs = Infinity, lastMs = 0] = [atMs[0], atMs.at(-1)];
    const intervals = (times: readonly number[]) =>
      new Set(times.map((time) => Math.floor((time - firstMs + EARLY_MS) / INTERVAL_MS)));
    const recorded = rows.map(({ written_at_ms }) => written_at_ms)
      .filter((time) => time >= firstMs && time <= lastMs);
    assert.deepEqual(intervals(atMs), intervals(recorded));
    assert.ok(atMs.filter((time) => time >= oldest_waiting && time < backMs).length >= 3);
    assert.ok(firstMs < oldest_waiting && lastMs > restartedMs);
    assertAsInBridge(stored, seen);
    const bug = await textsOf(`${wine.folder}/bug.zip`);
    assert.ok(JSON.parse(bug.get("history.json") ?? "").tables.telemetry_snapshots > 5);
    const texts = [...bug.values(), Deno.readTextFileSync(`${dataDir}/logs/sidecar.log`)];
    for (const secret of [TOKEN, obs.password, "a-key-that-stays-secret"]) {
      assert.ok(!texts.some((text) => text.includes(secret)));
    }
    const { session: over } = JSON.parse(await terminal("report", "--json"));
    assert.ok(over.end_time > over.start_time && over.total_frames > 0);
  },
  [...PACKAGING, APT, OBS, XVFB, NGINX_RTMP],
);
