import type { Session } from "../../shared/session.ts";
import { openDatabase } from "../../sidecar/history/database.ts";
import { createHistoryWriter } from "../../sidecar/history/history_writer.ts";
import { silentLog } from "../../sidecar/log/log.ts";
import { addBitrate } from "../../sidecar/sessions/bitrate_figures.ts";
import { newFigures } from "../../sidecar/sessions/session_figures.ts";
import { createSessionStore, type SessionStore } from "../../sidecar/sessions/session_store.ts";
import { percentiles } from "./format.ts";
import type { Findings, Row, Section, SectionTools } from "./section.ts";
import { summarise } from "./statistics.ts";

const DAY_MS = 86_400_000;
const FIRST_MS = 1_730_000_000_000;
const OUTPUTS = ["simple_stream", "aitum_multi_output_youtube", "aitum_multi_output_kick"];
const CALLS = 200;
const PAGE = 30;

/** How long the list of sessions takes after a month and after two years of evenings. */
export const sessionList: Section = {
  name: "session-list",
  title: "Sessions: the list of a month and of two years",
  needs: [],
  run: measure,
};

function measure({ folder, say }: SectionTools): Promise<Findings> {
  const rows = [30, 730].flatMap((evenings) => {
    say(`${evenings} evenings`);
    const database = openDatabase(`${folder}/sessions-${evenings}.db`);
    const writer = createHistoryWriter({ database, everyMs: () => 1000, log: silentLog });
    try {
      const store = createSessionStore({ database, writer });
      for (let day = 0; day < evenings; day++) saveEvening(store, day);
      store.flush();
      return [
        row(`first page of ${PAGE} evenings, of ${evenings}`, () => store.list({ limit: PAGE })),
        row(`all pages, of ${evenings} evenings`, () => readAll(store)),
      ];
    } finally {
      writer.close();
      database.close();
    }
  });
  return Promise.resolve({
    rows,
    notes: [
      "Evenings of three outputs each, read from history.db with their figures; the database is in " +
      "the page cache.",
    ],
  });
}

function readAll(store: SessionStore): void {
  let before = Number.MAX_SAFE_INTEGER;
  for (;;) {
    const page = store.list({ limit: PAGE, before });
    const last = page.at(-1);
    if (last === undefined) return;
    before = last.id;
  }
}

function row(what: string, read: () => void): Row {
  const figures: number[] = [];
  for (let call = 0; call < CALLS; call++) {
    const before = performance.now();
    read();
    figures.push(performance.now() - before);
  }
  return {
    what,
    promise: "",
    kept: null,
    measured: percentiles(summarise(figures)),
    baseline: "",
    runs: String(CALLS),
  };
}

function saveEvening(store: SessionStore, day: number): void {
  const eveningUid = store.newUid();
  const id = store.idOf(eveningUid);
  const start = FIRST_MS + day * DAY_MS;
  const evening = example(id, start);
  const figures = newFigures();
  for (let kbps = 100; kbps < 6200; kbps += 50) addBitrate(figures.bitrate, { kbps, ms: 500 });
  const counting = {
    figures,
    bytes: 0,
    carried: { total: 0, dropped: 0, bytes: 0, reconnects: 0, downtimeS: 0 },
    reconnecting: false,
    firing: {},
    lost: false,
    originMs: start,
  };
  store.save({ session: evening, uid: eveningUid, eveningUid: null, seenMs: start, counting });
  for (const output of OUTPUTS) {
    const uid = store.newUid();
    store.save({
      session: {
        ...example(store.idOf(uid), start),
        kind: "output",
        evening_id: id,
        output_id: output,
        platform: "twitch",
      },
      uid,
      eveningUid,
      seenMs: start,
      counting: null,
    });
  }
}

function example(id: number, start: number): Session {
  return {
    id,
    kind: "evening",
    evening_id: null,
    output_id: null,
    name: "Twitch",
    platform: null,
    start_time: start,
    end_time: start + 10_800_000,
    duration_s: 10_800,
    ended: "stopped",
    total_frames: 648_000,
    dropped_frames: 321,
    render_total_frames: 648_000,
    render_lagged_frames: 12,
    encoder_total_frames: 648_000,
    encoder_skipped_frames: 3,
    avg_bitrate_kbps: 5987.2,
    peak_bitrate_kbps: 6210.4,
    p5_bitrate_kbps: 5790.1,
    target_bitrate_kbps: 6000,
    reconnects: 1,
    downtime_s: 4.5,
    avg_gpu_temp: 66.4,
    peak_gpu_temp: 74,
    worst_minute: { at: start + 60_000, lost_percentage: 3.2, cause: "network" },
    errors: 1,
    warnings: 4,
    notes: "",
  };
}
