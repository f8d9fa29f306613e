import assert from "node:assert/strict";
import type { SessionEvent } from "../../shared/session.ts";
import { openDatabase } from "../../sidecar/history/database.ts";
import { createHistoryWriter } from "../../sidecar/history/history_writer.ts";
import { silentLog } from "../../sidecar/log/log.ts";
import { type OpenSessions, openSessions } from "../../sidecar/sessions/open_sessions.ts";
import { sessionCsv } from "../../sidecar/sessions/session_csv.ts";
import { createSessionStore } from "../../sidecar/sessions/session_store.ts";
import { snapshotOf } from "../api/api_fixture.ts";
import { exampleOutput, exampleTelemetry } from "../api/example_telemetry.ts";

/** Sessions over a real database, with OBS and time in the test's hands. */
class Rig implements Disposable {
  readonly folder = Deno.makeTempDirSync({ prefix: "sessions-" });
  readonly path = `${this.folder}/history.db`;
  readonly events: SessionEvent[] = [];
  ms = 1_795_370_000_000;
  frames = 0;
  database = openDatabase(this.path);
  writer = this.#newWriter();
  sessions = this.#newSessions();

  #newWriter() {
    return createHistoryWriter({
      database: this.database,
      everyMs: () => 3_600_000,
      log: silentLog,
    });
  }

  #newSessions(): OpenSessions {
    return openSessions({
      database: this.database,
      writer: this.writer,
      source: { read: () => null },
      clock: { now: () => this.ms, monotonic: () => this.ms },
      hasObsExited: () => false,
      isShutOut: () => false,
      carried: () => null,
      alertsBetween: () => [],
      publish: (event) => this.events.push(event),
    });
  }

  /** The sidecar ends without another word, and another one comes. */
  kill(): void {
    this.database.close();
    this.database = openDatabase(this.path);
    this.writer = this.#newWriter();
    this.sessions = this.#newSessions();
  }

  run(seconds: number, { active = true, id = "simple_stream", name = "Twitch" } = {}): void {
    for (let tick = 0; tick < seconds * 2; tick++) {
      this.ms += 500;
      this.frames += active ? 30 : 0;
      const output = exampleOutput({
        id,
        name,
        active,
        total_frames: this.frames,
        dropped_frames: 0,
        uptime_s: this.frames / 60,
      });
      const example = exampleTelemetry();
      this.sessions.sink.write(snapshotOf({
        ...example,
        obs: { ...example.obs, outputs: [output], render_total_frames: this.frames },
      }));
    }
  }

  evening() {
    const [evening] = this.sessions.list({ limit: 1 }).sessions;
    assert.ok(evening);
    return evening;
  }

  [Symbol.dispose](): void {
    this.writer.close();
    this.database.close();
    Deno.removeSync(this.folder, { recursive: true });
  }
}

Deno.test("a begin is in the database at once, and a kill costs no session", () => {
  using rig = new Rig();
  rig.run(30);
  rig.kill();
  const { id, start_time: start } = rig.evening();
  rig.run(30);
  rig.run(0.5, { active: false });
  const evening = rig.evening();
  assert.deepEqual([evening.id, evening.start_time], [id, start]);
  assert.equal(evening.outputs.length, 1);
  assert.equal(evening.outputs[0]?.total_frames, rig.frames);
  assert.equal(evening.ended, "stopped");
  rig.kill();
  assert.deepEqual(rig.evening(), evening);
  rig.run(5);
  assert.equal(rig.evening().id, evening.id);
  assert.equal(rig.evening().outputs.length, 2);
});

Deno.test("numbers are never given twice, not even after a deletion and a restart", () => {
  using rig = new Rig();
  rig.run(5);
  rig.run(0.5, { active: false });
  const { id, outputs } = rig.evening();
  assert.equal(rig.sessions.delete(id), "deleted");
  rig.kill();
  rig.run(5);
  assert.ok(rig.evening().id > (outputs[0]?.id ?? Infinity));
});

Deno.test("notes are changed while another program locks the database", () => {
  using rig = new Rig();
  rig.run(5);
  const other = openDatabase(rig.path);
  try {
    other.exec("BEGIN IMMEDIATE");
    const { id } = rig.evening();
    assert.equal(rig.sessions.setNotes(id, "mine")?.notes, "mine");
    assert.equal(rig.evening().notes, "mine");
    rig.run(30);
    other.exec("ROLLBACK");
    rig.writer.flush();
    rig.kill();
    assert.equal(rig.evening().notes, "mine");
  } finally {
    other.close();
  }
});

Deno.test("sessions of long ago that nobody ended are ended where they were seen last", () => {
  using rig = new Rig();
  rig.run(5);
  rig.run(0.5, { active: false });
  rig.database.exec("UPDATE stream_sessions SET end_time = NULL, ended = NULL");
  rig.ms += 86_400_000;
  rig.frames = 0;
  rig.kill();
  rig.run(5);
  rig.writer.flush();
  rig.kill();
  const { sessions } = rig.sessions.list({ limit: 10 });
  assert.equal(sessions.length, 2);
  assert.equal(sessions[1]?.ended, "sidecar_stopped");
  assert.deepEqual(sessions[1]?.outputs.map(({ ended }) => ended), ["sidecar_stopped"]);
  assert.ok((sessions[1]?.end_time ?? Infinity) < (sessions[0]?.start_time ?? 0));
});

Deno.test("a row whose data is damaged is a session with unknown figures", () => {
  using rig = new Rig();
  rig.run(5);
  rig.run(0.5, { active: false });
  for (const data of ["", "{", "null", "[]", '{"figures":{"duration_s":"x"},"counting":1}']) {
    rig.database.prepare("UPDATE stream_sessions SET data = ?").run(data);
    rig.kill();
    assert.equal(rig.evening().duration_s, 0);
    assert.equal(rig.evening().total_frames, rig.frames);
  }
});

Deno.test("a figure that is no number is left out, and the session is kept with its others", () => {
  using rig = new Rig();
  rig.run(5);
  const store = createSessionStore({ database: rig.database, writer: rig.writer });
  const evening = rig.evening();
  const uid = store.newUid();
  store.save({
    session: { ...evening, duration_s: NaN, target_bitrate_kbps: Infinity, errors: 3 },
    uid,
    eveningUid: null,
    seenMs: rig.ms,
    counting: null,
  });
  rig.writer.flush();
  const kept = store.find(store.idOf(uid))?.session;
  assert.deepEqual([kept?.duration_s, kept?.target_bitrate_kbps, kept?.errors], [0, null, 3]);
  assert.equal(kept?.total_frames, evening.total_frames);
});

Deno.test("pages of evenings hold each of them once", () => {
  using rig = new Rig();
  for (let evening = 0; evening < 7; evening++) {
    rig.frames = 0;
    rig.run(2);
    rig.run(0.5, { active: false });
    rig.run(1000, { active: false });
  }
  const seen: number[] = [];
  let before: number | undefined;
  do {
    const page = rig.sessions.list(before === undefined ? { limit: 3 } : { limit: 3, before });
    seen.push(...page.sessions.map(({ id }) => id));
    before = page.next_before ?? undefined;
  } while (before !== undefined);
  assert.deepEqual(seen, [13, 11, 9, 7, 5, 3, 1]);
});

Deno.test("names cannot become formulas or further cells in the CSV", async () => {
  using rig = new Rig();
  rig.run(25, { id: '=HYPERLINK("http://x"),"\r\n', name: "-1+1" });
  const found = rig.sessions.find(rig.evening().outputs[0]?.id ?? 0);
  assert.ok(found);
  let text = "";
  const source = {
    read: (metric: string) => ({ metric, unit: "1", points: [] }),
  };
  for await (const part of sessionCsv({ ...found, source, nowMs: rig.ms })) text += part;
  const [header = ""] = text.split(/\r\n(?=\d)/);
  const cells = header.match(/("(?:[^"]|"")*"|[^,]*)(,|$)/g) ?? [];
  for (const cell of cells) assert.doesNotMatch(cell, /^"?[=+\-@\t\r]/);
  assert.match(header, /"obs\.outputs\.=HYPERLINK\(""http:\/\/x""\),""/);
  const rows = text.split(/\r\n(?=\d)/).slice(1);
  assert.ok(rows.length >= 3);
  for (const row of rows) assert.match(row, /^\d{4}-\d\d-\d\dT[\d:.]+Z,+(\r\n)?$/);
});
