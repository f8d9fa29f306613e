/** The history while its file cannot be used for a while: all that is told and kept meanwhile. */
import assert from "node:assert/strict";
import { DatabaseSync } from "node:sqlite";
import type { AlertRecord } from "../../shared/alert.ts";
import type { SessionEvent } from "../../shared/session.ts";
import { createSessions } from "../../sidecar/api/sessions.ts";
import { openAlertStore } from "../../sidecar/history/alert_store.ts";
import { createHistoryWriter } from "../../sidecar/history/history_writer.ts";
import { startHousekeeping } from "../../sidecar/history/housekeeping.ts";
import { KeptDatabase } from "../../sidecar/history/kept_database.ts";
import { openSessions } from "../../sidecar/sessions/open_sessions.ts";
import { createHistoryRows } from "../../sidecar/sinks/history_rows.ts";
import { snapshotOf } from "../api/api_fixture.ts";
import { exampleOutput, exampleTelemetry } from "../api/example_telemetry.ts";
import { FakeTime } from "../fake_time.ts";
import { keptLog } from "../log_lines.ts";

const START_MS = 1_795_370_000_000;

/** A folder, and one sidecar after the other in it. */
class Rig implements AsyncDisposable {
  readonly folder = Deno.makeTempDirSync({ prefix: "swap-" });
  readonly path = `${this.folder}/history.db`;
  readonly clock = { now: () => this.ms, monotonic: () => this.ms };
  ms = START_MS;
  frames = 0;
  firing: AlertRecord[] = [];
  #last: Sidecar | null = null;

  start(): Sidecar {
    return this.#last = new Sidecar(this);
  }

  /** Another program has the file to itself, its readers included. */
  lock(): DatabaseSync {
    const other = new DatabaseSync(this.path);
    other.exec("PRAGMA locking_mode = EXCLUSIVE; BEGIN EXCLUSIVE; DELETE FROM row_shapes; COMMIT");
    return other;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#last?.stop();
    Deno.removeSync(this.folder, { recursive: true });
  }
}

/** What of the sidecar is over the database. */
class Sidecar {
  readonly #rig: Rig;
  readonly #log = keptLog();
  readonly events: SessionEvent[] = [];
  readonly lines = this.#log.lines;
  readonly database;
  readonly writer;
  readonly alerts;
  readonly sessions;
  readonly rows;
  readonly api;
  #isStopped = false;

  constructor(rig: Rig) {
    this.#rig = rig;
    const { path, clock } = rig;
    const { log } = this.#log;
    const database = this.database = new KeptDatabase({ path, now: clock.now, log });
    const writer = this.writer = createHistoryWriter({ database, everyMs: () => 3_600_000, log });
    this.alerts = openAlertStore({ database, writer, open: () => rig.firing, now: clock.now });
    this.rows = createHistoryRows({
      writer,
      everyS: () => 5,
      isWanted: () => database.isKept || database.isLockedOut,
      clock,
    });
    this.sessions = openSessions({
      database,
      writer,
      source: { read: () => null },
      clock,
      hasObsExited: () => false,
      isShutOut: () => false,
      carried: () => null,
      alertsBetween: () => [],
      publish: (event) => this.events.push(event),
    });
    this.api = createSessions({ sessions: this.sessions, clock });
  }

  run(seconds: number, { active = true } = {}): void {
    const rig = this.#rig;
    for (let tick = 0; tick < seconds * 2; tick++) {
      rig.ms += 500;
      rig.frames += 30;
      const example = exampleTelemetry();
      const output = exampleOutput({
        id: "simple_stream",
        active,
        total_frames: rig.frames,
        dropped_frames: 0,
        uptime_s: 0,
      });
      const snapshot = snapshotOf({
        ...example,
        written_at_ms: rig.ms,
        obs: { ...example.obs, outputs: [output], render_total_frames: rig.frames },
        health: { ...example.health, alerts: [] },
      });
      void this.sessions.sink.write(snapshot);
      void this.rows.write(snapshot);
    }
  }

  /** A stream from its begin to its end, and more than an evening's break. */
  stream(seconds: number): void {
    this.run(seconds);
    this.run(1, { active: false });
    this.#rig.ms += 3_600_000;
  }

  kept(): Record<string, unknown>[] {
    return this.database.prepare(
      "SELECT id, evening_uid IS NULL AS is_evening, end_time IS NULL AS is_open, ended " +
        "FROM stream_sessions ORDER BY id",
    ).all();
  }

  async stop(): Promise<void> {
    if (this.#isStopped) return;
    this.#isStopped = true;
    await this.writer.close();
    this.database.close();
  }
}

function firingAlert(uid: string, since: number): AlertRecord {
  return {
    id: "render_lag",
    uid,
    state: "firing",
    severity: "warning",
    message: "m",
    metric: null,
    value: null,
    since,
    fired_at: since,
    resolved_at: null,
  };
}

Deno.test("sessions of a time without the file are in it later, next to those that it had", async () => {
  await using rig = new Rig();
  const first = rig.start();
  first.stream(20);
  first.stream(20);
  first.run(20);
  first.writer.flush();
  // Killed while live.
  first.database.close();

  const other = rig.lock();
  const second = rig.start();
  assert.equal(second.database.isKept, false);
  rig.frames = 0;
  second.run(20);
  const [inMemory] = second.sessions.list({ limit: 5 }).sessions;
  assert.ok(inMemory);
  other.close();
  second.database.tryAgain();
  assert.equal(second.database.isKept, true);

  const before = await second.api.request(`/${inMemory.id}`, {
    method: "PATCH",
    body: JSON.stringify({ notes: "mine" }),
    headers: { "content-type": "application/json" },
  });
  assert.equal(before.status, 404, "a number of before is nobody's now");
  second.events.length = 0;
  second.run(20);
  second.writer.flush();
  const { sessions } = second.sessions.list({ limit: 5 });
  assert.deepEqual(sessions.map(({ id, ended }) => [id, ended]), [
    [7, null],
    [5, "sidecar_stopped"],
    [3, "stopped"],
    [1, "stopped"],
  ]);
  assert.deepEqual(sessions[0]?.outputs.map(({ id, evening_id }) => [id, evening_id]), [[8, 7]]);
  assert.equal(sessions[0]?.total_frames, rig.frames, "live figures are its own");
  assert.deepEqual(second.events.map(({ session }) => session.id), [7, 8]);
  const after = await second.api.request("/7", {
    method: "PATCH",
    body: JSON.stringify({ notes: "mine" }),
    headers: { "content-type": "application/json" },
  });
  assert.equal(after.status, 200);
  second.run(1, { active: false });
  rig.ms += 3_600_000;
  second.stream(20);
  second.writer.flush();
  assert.deepEqual(second.kept().map(({ id, is_open }) => [id, is_open]), [
    ...[1, 2, 3, 4, 5, 6, 7, 8, 9, 10].map((id) => [id, 0]),
  ]);
  assert.equal(second.sessions.find(7)?.session.notes, "mine");
  assert.deepEqual(second.lines.filter((line) => line.startsWith("warn")), []);
});

Deno.test("a file that is locked again while all moves over is tried again, with nothing lost", async () => {
  await using rig = new Rig();
  rig.start().database.close();
  const other = rig.lock();
  const sidecar = rig.start();
  sidecar.run(20);
  sidecar.writer.flush();
  other.close();
  const again = new DatabaseSync(rig.path);
  again.exec("BEGIN IMMEDIATE");
  sidecar.database.tryAgain();
  sidecar.database.tryAgain();
  assert.equal(sidecar.database.isKept, false);
  assert.match(sidecar.database.problem ?? "", /another program locks history\.db/);
  assert.equal(sidecar.sessions.list({ limit: 5 }).sessions.length, 1);
  again.exec("ROLLBACK");
  again.close();
  sidecar.database.tryAgain();
  assert.deepEqual([sidecar.database.isKept, sidecar.database.problem], [true, null]);
  sidecar.run(5);
  sidecar.writer.flush();
  assert.deepEqual(sidecar.kept().map(({ id, is_open }) => [id, is_open]), [[1, 1], [2, 1]]);
});

Deno.test("keeping house goes on when the database cannot be looked at", async () => {
  await using rig = new Rig();
  const { writer } = rig.start();
  const { log, lines } = keptLog();
  using time = new FakeTime().install();
  const housekeeping = startHousekeeping({
    database: {
      exec() {},
      prepare: () => {
        throw new Error("not asked for");
      },
      isKept: false,
      tryAgain() {
        throw new Error("database is locked");
      },
    },
    writer,
    retention: () => ({ rowsHours: 1, sessionsDays: 1, alertsDays: 1 }),
    clock: time,
    log,
  });
  await time.pass(5000);
  await housekeeping.stop();
  assert.match(lines.join(), /tried again later/);
});

Deno.test("a stream whose file turns out to be damaged goes on in the new one", async () => {
  await using rig = new Rig();
  const sidecar = rig.start();
  sidecar.stream(20);
  sidecar.run(20);
  rig.firing = [firingAlert("a", rig.ms)];
  sidecar.alerts.take({ state: "firing", alert: rig.firing[0]! });
  sidecar.writer.flush();
  sidecar.database.repair("damaged");
  sidecar.run(20);
  sidecar.writer.flush();
  const { sessions } = sidecar.sessions.list({ limit: 5 });
  assert.deepEqual(sessions.map(({ ended, outputs }) => [ended, outputs.length]), [[null, 1]]);
  assert.equal(sessions[0]?.total_frames, rig.frames);
  assert.deepEqual(sidecar.alerts.list({ limit: 5 }).map(({ uid, state }) => [uid, state]), [
    ["a", "firing"],
  ]);
  sidecar.stream(5);
  sidecar.writer.flush();
  assert.deepEqual(sidecar.kept().map(({ ended }) => ended), ["stopped", "stopped"]);
});

Deno.test("alerts that an earlier sidecar left open end too in a file that was locked at start", async () => {
  await using rig = new Rig();
  const first = rig.start();
  first.run(20);
  first.alerts.take({ state: "firing", alert: firingAlert("left", rig.ms) });
  first.writer.flush();
  first.database.close();

  const other = rig.lock();
  const second = rig.start();
  second.run(20);
  rig.firing = [firingAlert("now", rig.ms)];
  second.alerts.take({ state: "firing", alert: rig.firing[0]! });
  second.writer.flush();
  other.close();
  second.database.tryAgain();
  assert.deepEqual(second.alerts.list({ limit: 5 }).map(({ uid, state }) => [uid, state]), [
    ["now", "firing"],
    ["left", "resolved"],
  ]);
});

Deno.test("no row is lost while another program locks the file at the start", async () => {
  await using rig = new Rig();
  rig.start().database.close();
  const other = rig.lock();
  const sidecar = rig.start();
  sidecar.run(30);
  sidecar.writer.flush();
  other.close();
  sidecar.database.tryAgain();
  sidecar.run(5);
  sidecar.writer.flush();
  const kept = sidecar.database.prepare("SELECT count(*) AS n FROM telemetry_snapshots").get();
  assert.equal(kept?.["n"], 7);
});

Deno.test("the whole file is read once, however often it is opened", async () => {
  await using rig = new Rig();
  const { prepare } = DatabaseSync.prototype;
  let checks = 0;
  DatabaseSync.prototype.prepare = function (sql) {
    if (sql.includes("integrity_check")) checks++;
    return prepare.call(this, sql);
  };
  try {
    rig.start().database.close();
    checks = 0;
    const { database } = rig.start();
    for (let i = 0; i < 10; i++) database.repair("unreachable");
    assert.equal(checks, 1);
  } finally {
    DatabaseSync.prototype.prepare = prepare;
  }
});
