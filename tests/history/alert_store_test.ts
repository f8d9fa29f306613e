import assert from "node:assert/strict";
import type { AlertRecord } from "../../shared/alert.ts";
import { type AlertStore, openAlertStore } from "../../sidecar/history/alert_store.ts";
import { openDatabase } from "../../sidecar/history/database.ts";
import { createHistoryWriter } from "../../sidecar/history/history_writer.ts";
import { silentLog } from "../../sidecar/log/log.ts";

const NOW_MS = 1_795_370_000_000;

function firing(uid: string, changes: Partial<AlertRecord> = {}): AlertRecord {
  const since = changes.since ?? NOW_MS;
  return {
    id: "render_lag",
    uid,
    state: "firing",
    severity: "warning",
    message: "GPU: 2 % of the frames are rendered late.",
    metric: "obs.recent_render_lagged_percentage",
    value: 2.25,
    since,
    fired_at: since + 5000,
    resolved_at: null,
    ...changes,
  };
}

function resolved(alert: AlertRecord, at: number): AlertRecord {
  return { ...alert, state: "resolved", resolved_at: at };
}

/** A store over a database in memory. */
class Rig implements Disposable {
  readonly database: ReturnType<typeof openDatabase>;
  open: AlertRecord[] = [];
  nowMs = NOW_MS;
  readonly #writer;
  readonly store: AlertStore;

  constructor(database = openDatabase(":memory:")) {
    this.database = database;
    this.#writer = createHistoryWriter({ database, everyMs: () => 60_000, log: silentLog });
    this.store = openAlertStore({
      database,
      writer: this.#writer,
      open: () => this.open,
      now: () => this.nowMs,
    });
  }

  take(...alerts: AlertRecord[]): void {
    for (const alert of alerts) {
      this.store.take({ state: alert.state === "resolved" ? "resolved" : "firing", alert });
    }
  }

  /** Writes all, and leaves everything as a killed sidecar would. */
  kill(): void {
    this.#writer.close();
  }

  [Symbol.dispose](): void {
    this.kill();
    this.database.close();
  }
}

Deno.test("keeps an alert as it fires, gets worse and is over, as one", () => {
  using rig = new Rig();
  const alert = firing("a");
  rig.take(alert);
  assert.deepEqual(rig.store.list({ limit: 10 }), [alert]);
  const worse: AlertRecord = { ...alert, severity: "error", value: 8, message: "GPU: 8 %." };
  rig.take(worse);
  assert.deepEqual(rig.store.list({ limit: 10 }), [worse]);
  const over = resolved(worse, NOW_MS + 20_000);
  rig.take(over);
  assert.deepEqual(rig.store.list({ limit: 10 }), [over]);
  const unknown = firing("b", { metric: null, value: null, since: NOW_MS + 1 });
  rig.take(unknown);
  assert.deepEqual(rig.store.list({ limit: 10 }), [unknown, over]);
});

Deno.test("lists alerts by state, the newest first, with those that are pending", () => {
  using rig = new Rig();
  const over = resolved(firing("a", { since: NOW_MS - 60_000 }), NOW_MS - 30_000);
  const now = firing("b", { since: NOW_MS - 10_000 });
  const soon = firing("c", { since: NOW_MS - 1000, state: "pending", fired_at: null });
  rig.take(over, now);
  rig.open = [soon, now];
  const uids = (state?: AlertRecord["state"], limit = 10) =>
    rig.store.list({ ...(state === undefined ? {} : { state }), limit }).map(({ uid }) => uid);
  assert.deepEqual(uids(), ["c", "b", "a"]);
  assert.deepEqual(uids(undefined, 2), ["c", "b"]);
  assert.deepEqual(uids("pending"), ["c"]);
  assert.deepEqual(uids("firing"), ["b"]);
  assert.deepEqual(uids("resolved"), ["a"]);
});

Deno.test("lists what was there at some time between two moments", () => {
  using rig = new Rig();
  rig.take(resolved(firing("a", { since: 1000, fired_at: 2000 }), 5000));
  rig.take(firing("b", { since: 4000, fired_at: 6000 }));
  const between = (fromMs: number, toMs: number) => {
    const oldestFirst = rig.store.between(fromMs, toMs).map(({ uid }) => uid);
    const newestFirst = rig.store.list({ fromMs, toMs, limit: 10 }).map(({ uid }) => uid);
    assert.deepEqual(newestFirst, oldestFirst.toReversed());
    return oldestFirst.join("");
  };
  assert.equal(between(0, 999), "");
  assert.equal(between(0, 1000), "a");
  assert.equal(between(2000, 3000), "a");
  assert.equal(between(5000, 5000), "ab");
  assert.equal(between(5001, 9000), "b");
});

Deno.test("says which alerts a stopped sidecar told until it stopped", () => {
  using rig = new Rig();
  rig.take(firing("a", { since: NOW_MS - 9000, fired_at: NOW_MS - 4000 }));
  rig.nowMs = NOW_MS + 1000;
  rig.store.close();
  const [alert] = rig.store.list({ state: "resolved", limit: 10 });
  assert.equal(alert?.resolved_at, NOW_MS + 1000);
});

Deno.test("ends what a killed sidecar left open when that was last there", () => {
  using killed = new Rig();
  const old = firing("a", { since: 1_795_000_000_000 });
  const newer = firing("b", { since: NOW_MS });
  killed.take(old, newer);
  killed.database.exec(
    "INSERT INTO telemetry_snapshots (timestamp, first_ms, shape, data) " +
      "VALUES (1795000100, 1795000100000, 1, '')",
  );
  killed.kill();
  const { store } = new Rig(killed.database);
  assert.deepEqual(store.list({ state: "firing", limit: 10 }), []);
  assert.deepEqual(store.list({ limit: 10 }).map(({ uid, resolved_at }) => [uid, resolved_at]), [
    ["b", newer.fired_at],
    ["a", 1_795_000_100_000],
  ]);
});

Deno.test("ends what was left open by the last row, in no future, though the clock was set back", () => {
  using killed = new Rig();
  killed.take(firing("a", { since: NOW_MS - 60_000, fired_at: NOW_MS - 60_000 }));
  const row = killed.database.prepare(
    "INSERT INTO telemetry_snapshots (timestamp, first_ms, shape, data) VALUES (?, 0, 1, '')",
  );
  row.run(NOW_MS / 1000 + 3600);
  row.run(NOW_MS / 1000 - 5);
  killed.kill();
  const next = new Rig(killed.database);
  assert.equal(next.store.list({ limit: 1 })[0]?.resolved_at, NOW_MS - 5000);

  next.take(firing("b", { since: NOW_MS - 60_000, fired_at: NOW_MS - 60_000 }));
  row.run(NOW_MS / 1000 + 3600);
  next.kill();
  const later = new Rig(killed.database).store;
  assert.equal(later.list({ limit: 2 }).find(({ uid }) => uid === "b")?.resolved_at, NOW_MS);
});

Deno.test("keeps an alert though the sidecar was killed before its history began", () => {
  using killed = new Rig();
  const alert = firing("a");
  killed.take(alert);
  killed.kill();
  const { store } = new Rig(killed.database);
  assert.equal(store.list({ limit: 1 })[0]?.resolved_at, alert.fired_at);
});
