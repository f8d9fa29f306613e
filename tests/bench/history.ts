import { openBenchHistory } from "./history_rig.ts";
import { figure, grouped, megabytes, milliseconds, percentiles } from "./format.ts";
import type { Findings, Row, Section, SectionTools } from "./section.ts";
import { summarise } from "./statistics.ts";

const BEGIN_MS = 1_795_370_000_000;
const HOUR_MS = 3_600_000;
const TICKS_AN_HOUR = 7200;
/** Ticks between two looks whether there is something to pack. */
const PACK_EVERY = 120;
const QUERIES = 30;
const EVENINGS = 30;
const EVENING_HOURS = 4;
const DEFAULTS = { rowsHours: 24, sessionsDays: 90, alertsDays: 90 };
const BITRATE = "obs.outputs.adv_stream.bitrate_kbps";

/** What the history costs: in bytes, and in the main thread's time. */
export const history: Section = {
  name: "history",
  title: "The history: a day at its finest, and a month of evenings",
  needs: [],
  run: measure,
};

async function measure({ folder, say }: SectionTools): Promise<Findings> {
  say("24 hours with a row a second");
  const day = await finestDay(`${folder}/day.db`);
  say(`${EVENINGS} evenings of ${EVENING_HOURS} hours with a row in 5 s`);
  const month = await monthOfEvenings(`${folder}/month.db`);
  return {
    rows: [...day, month],
    notes: [
      "Five streams, a recording and a graphics card, a snapshot every 500 ms. What is measured on " +
      "a real machine wavers at random with every snapshot, each output by itself; counters count. " +
      "One way and in one process, without the sidecar around it.",
    ],
  };
}

async function finestDay(path: string): Promise<Row[]> {
  const made = openBenchHistory(path, { beginMs: BEGIN_MS, everyS: 1 });
  try {
    for (let i = 1; i <= 24 * TICKS_AN_HOUR; i++) {
      made.tick();
      if (i % PACK_EVERY === 0) await made.pack();
    }
    const bytes = made.bytes();
    const packed = made.database.prepare(
      "SELECT sum(rows) AS rows, sum(length(data)) AS bytes FROM telemetry_snapshots " +
        "WHERE rows IS NOT NULL",
    ).get();
    const fresh = made.database.prepare(
      "SELECT avg(length(data)) AS bytes FROM telemetry_snapshots WHERE rows IS NULL",
    ).get();
    const span = { fromMs: BEGIN_MS, toMs: made.nowMs, points: 600 };
    const queries: number[] = [];
    for (let i = 0; i < QUERIES; i++) {
      const before = performance.now();
      await made.source.read(BITRATE, span);
      queries.push(performance.now() - before);
    }
    const runs = grouped(made.inserts.length);
    const query = summarise(queries);
    return [{
      what: "24 h with metrics_interval = 1: history.db",
      promise: "≤ 10 MB",
      kept: bytes <= 10e6,
      measured: megabytes(bytes),
      baseline: "",
      runs: `${runs} rows`,
    }, {
      what: "a row, packed",
      promise: "",
      kept: null,
      measured: `${figure(Number(packed?.bytes) / Number(packed?.rows))} bytes`,
      baseline: `as it comes: ${figure(Number(fresh?.bytes))} bytes`,
      runs: `${grouped(Number(packed?.rows))} rows`,
    }, {
      what: "a row, from the snapshot to the end of its transaction",
      promise: "",
      kept: null,
      measured: percentiles(summarise(made.inserts)),
      baseline: "",
      runs,
    }, {
      what: "packing some minutes, in pieces of 4 ms",
      promise: "",
      kept: null,
      measured: `${milliseconds(summarise(made.packs).p50)} in all`,
      baseline: "",
      runs: grouped(made.packs.length),
    }, {
      what: "24 h of a figure in 600 points",
      promise: "≤ 50 ms",
      kept: query.p50 <= 50,
      measured: percentiles(query),
      baseline: "",
      runs: String(QUERIES),
    }];
  } finally {
    await made.close();
  }
}

async function monthOfEvenings(path: string): Promise<Row> {
  const made = openBenchHistory(path, { beginMs: BEGIN_MS, everyS: 5, tickMs: 2500 });
  try {
    const ticks = EVENING_HOURS * HOUR_MS / 2500;
    let most = 0;
    for (let evening = 0; evening < EVENINGS; evening++) {
      const startMs = made.nowMs;
      for (let i = 1; i <= ticks; i++) {
        made.tick();
        if (i % PACK_EVERY === 0) await made.pack();
      }
      made.database.prepare(
        "INSERT INTO stream_sessions " +
          "(uid, name, platform, start_time, end_time, seen_time, data) " +
          "VALUES (?, 'Twitch', 'twitch', ?, ?, ?, '{}')",
      ).run(`evening ${evening}`, startMs, made.nowMs, made.nowMs);
      made.clear(DEFAULTS);
      most = Math.max(most, made.bytes());
      made.rest(24 * HOUR_MS - EVENING_HOURS * HOUR_MS);
    }
    made.clear(DEFAULTS);
    return {
      what: `${EVENINGS} evenings of ${EVENING_HOURS} h at the defaults: history.db`,
      promise: "",
      kept: null,
      measured: megabytes(made.bytes()),
      baseline: `at its largest: ${megabytes(most)}`,
      runs: `${grouped(made.inserts.length)} rows`,
    };
  } finally {
    await made.close();
  }
}
