import process from "node:process";
import { defaultConfig } from "../../shared/config.ts";
import { createHistoryWriter } from "../../sidecar/history/history_writer.ts";
import { silentLog } from "../../sidecar/log/log.ts";
import { Drain } from "../../sidecar/otlp/drain.ts";
import { cursorAt, lastRowId, readCursor, writeCursor } from "../../sidecar/otlp/export_cursor.ts";
import { systemClock } from "../../sidecar/time/clock.ts";
import { keyFileBackend } from "../../sidecar/vault/system_backends.ts";
import { openVault } from "../../sidecar/vault/vault.ts";
import { vaultFiles } from "../../sidecar/vault/vault_files.ts";
import { startSidecarPeer } from "../peers/sidecar.ts";
import { until } from "../peers/until.ts";
import { type ExportBackend, startExportBackend } from "./export_backend.ts";
import { figure, grouped, megabytes } from "./format.ts";
import { openBenchHistory } from "./history_rig.ts";
import { startObsPeer } from "./obs_peer.ts";
import type { Findings, Row, Section, SectionTools } from "./section.ts";
import { watchProcesses } from "./watch_processes.ts";

const BEGIN_MS = 1_795_370_000_000;
const ROW_MS = 5000;
const PUSH_MS = 10_000;
const TOKEN = "123456:glc_" + "x".repeat(140);
const MOST_BYTES_A_SECOND = 500;
const MOST_DRAIN_S = 60;
const SETTLE_MS = 15_000;
const WATCH_MS = 60_000;
/** How often it is looked whether the program is held up. */
const LAG_MS = 10;

/** What the export sends, how fast it catches up, and what it adds to the sidecar. */
export const metricsExport: Section = {
  name: "export",
  title: "The export of figures",
  needs: [],
  run: measure,
};

async function measure({ folder, say }: SectionTools): Promise<Findings> {
  say("bytes on the wire");
  const wire = await measureWire(`${folder}/wire.db`);
  say("an outage of 10 minutes");
  const short = await measureDrain(`${folder}/short.db`, 10 * 60_000);
  say("an outage of 24 hours");
  const long = await measureDrain(`${folder}/long.db`, 24 * 3_600_000);
  say(`two sidecars, one of them exporting: ${WATCH_MS / 1000} s`);
  const added = await measureAdded(folder);
  return {
    rows: [
      wire,
      drained("10 minutes", short, MOST_DRAIN_S),
      drained("24 hours", long, null),
      ...added,
    ],
    notes: [
      "Five streams, a recording and a graphics card at the default intervals, with a token as long " +
      "as Grafana Cloud's. Bytes are counted on the server's socket, before TLS. Drained over " +
      "loopback, by a drain without the sidecar around it, into a server that takes everything.",
    ],
  };
}

/** Makes a history that was not exported for so long, and a drain that begins. */
async function startDrain(path: string, outageMs: number) {
  const made = openBenchHistory(path, { beginMs: BEGIN_MS, everyS: ROW_MS / 1000, tickMs: ROW_MS });
  for (let ms = 0, i = 1; ms < outageMs; ms += ROW_MS, i++) {
    made.tick();
    if (i % 12 === 0) await made.pack();
  }
  writeCursor(cursorAt(0))(made.database);
  const backend = startExportBackend();
  const { database } = made;
  const writer = createHistoryWriter({ database, everyMs: () => 20, log: silentLog });
  const drain = new Drain({
    place: { url: new URL(`${backend.address}/v1/metrics`), host: "127.0.0.1" },
    authorization: `Basic ${btoa(TOKEN)}`,
    headers: [],
  }, {
    ...{ database, writer, fetch, clock: systemClock, random: Math.random, log: silentLog },
    settings: () => defaultConfig().grafana,
    streamer: () => ({
      name: "DESKTOP-7Q2K9LM",
      id: "0b0e3c2e-6b1f-4a0c-9a55-0f4f2d7a9c11",
      hostName: "DESKTOP-7Q2K9LM",
      os: "windows",
    }),
  });
  return {
    made,
    backend,
    isDrained: () => lastRowId(database) - (readCursor(database)?.position.rowId ?? 0) < 2,
    figures: () => readCursor(database)?.accepted ?? 0,
    async stop() {
      await drain.stop();
      await writer.close();
      await backend[Symbol.asyncDispose]();
      database.close();
    },
  };
}

/** One moment in each request, as while nothing waits. */
async function measureWire(path: string): Promise<Row> {
  const run = await startDrain(path, ROW_MS);
  try {
    for (let sent = 1; sent <= 30; sent++) {
      await run.backend.until(sent);
      for (let row = 0; row < PUSH_MS / ROW_MS; row++) run.made.tick();
    }
    await run.backend.until(30);
    const perRequest = run.backend.received / run.backend.requests.length;
    const aSecond = perRequest / (PUSH_MS / 1000);
    return {
      what: "bytes on the wire at the default interval, headers included",
      promise: `≤ ${MOST_BYTES_A_SECOND} B/s`,
      kept: aSecond <= MOST_BYTES_A_SECOND,
      measured: `${figure(aSecond)} B/s (${grouped(Math.round(perRequest))} B a request, ` +
        `${figure(run.figures() / run.backend.requests.length)} figures)`,
      baseline: "",
      runs: `${run.backend.requests.length} requests`,
    };
  } finally {
    await run.stop();
  }
}

interface Drained {
  seconds: number;
  cpuSeconds: number;
  figures: number;
  requests: number;
  longestMs: number;
}

async function measureDrain(path: string, outageMs: number): Promise<Drained> {
  let longestMs = 0;
  const run = await startDrain(path, outageMs);
  let lastMs = performance.now();
  const lag = setInterval(() => {
    const nowMs = performance.now();
    longestMs = Math.max(longestMs, nowMs - lastMs - LAG_MS);
    lastMs = nowMs;
  }, LAG_MS);
  const cpu = process.cpuUsage();
  const beginMs = performance.now();
  try {
    await until(run.isDrained, { what: "everything is sent", withinMs: 900_000 });
    const seconds = (performance.now() - beginMs) / 1000;
    const { user, system } = process.cpuUsage(cpu);
    return {
      seconds,
      cpuSeconds: (user + system) / 1e6,
      figures: run.figures(),
      requests: run.backend.requests.length,
      longestMs,
    };
  } finally {
    clearInterval(lag);
    await run.stop();
  }
}

function drained(what: string, found: Drained, most: number | null): Row {
  const { seconds, cpuSeconds, figures, requests, longestMs } = found;
  return {
    what: `drained after an outage of ${what}`,
    promise: most === null ? "" : `≤ ${most} s`,
    kept: most === null ? null : seconds <= most,
    measured: `${figure(seconds)} s, ${figure(cpuSeconds)} s of CPU; ` +
      `${grouped(Math.round(figures / seconds))} figures a second; the program was held up for ` +
      `${figure(longestMs)} ms at most`,
    baseline: "",
    runs: `${grouped(figures)} figures in ${requests} requests`,
  };
}

async function measureAdded(folder: string): Promise<Row[]> {
  await using obs = await startObsPeer();
  await using backend = startExportBackend();
  const [plainDir, exportingDir] = [`${folder}/plain`, `${folder}/exporting`];
  for (const dir of [plainDir, exportingDir]) await Deno.mkdir(dir);
  // Both have a vault: what a vault takes is not the export's.
  await keepSecrets(plainDir, { "notify.webhook_url": "https://notify.invalid/x" });
  await keepSecrets(exportingDir, addressOf(backend));
  await using plain = await startSidecarPeer({
    ...{ home: folder, dataDir: plainDir, config: obs.config },
  });
  await using exporting = await startSidecarPeer({
    ...{ home: folder, dataDir: exportingDir, config: obs.config },
  });
  await backend.until(1);
  await new Promise((resolve) => setTimeout(resolve, SETTLE_MS));
  const [without, withIt] = await watchProcesses(
    [plain.process.pid, exporting.process.pid],
    { windowMs: WATCH_MS },
  );
  if (without === undefined || withIt === undefined) throw new Error("A sidecar was not watched");
  const runs = `${WATCH_MS / 1000} s, both at the same time`;
  return [
    {
      what: "CPU with the export, five streams and a recording",
      ...{ promise: "", kept: null, runs },
      measured: `${figure(withIt.cpuPercent)} %`,
      baseline: `without: ${figure(without.cpuPercent)} %`,
    },
    {
      what: "memory of its own (heaps and stacks) with the export, the same",
      ...{ promise: "", kept: null, runs },
      measured: `median ${megabytes(withIt.ownBytes.p50)}; ` +
        `RSS at most ${megabytes(withIt.residentBytes.max)}`,
      baseline: `without: median ${megabytes(without.ownBytes.p50)}; ` +
        `RSS at most ${megabytes(without.residentBytes.max)}`,
    },
  ];
}

function addressOf({ address }: ExportBackend): Record<string, string> {
  return { "grafana.api_url": address, "grafana.api_token": TOKEN };
}

async function keepSecrets(folder: string, secrets: Record<string, string>): Promise<void> {
  const files = vaultFiles(folder);
  const vault = openVault({
    ...{ path: files.vault, lockPath: files.lock, backends: [keyFileBackend(files.key)] },
    ...{ clock: systemClock, log: silentLog },
  });
  for (const [id, text] of Object.entries(secrets)) {
    const host = id === "grafana.api_token" ? "127.0.0.1" : null;
    await vault.set(id, new TextEncoder().encode(text), { host });
  }
  await vault.close();
}
