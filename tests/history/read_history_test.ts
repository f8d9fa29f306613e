/** history.db as a command reads it, whatever state it is in. */
import assert from "node:assert/strict";
import { DatabaseSync } from "node:sqlite";
import { CannotRunError } from "../../sidecar/cannot_run_error.ts";
import { openDatabase } from "../../sidecar/history/database.ts";
import { openHistoryToRead, type ReadHistory } from "../../sidecar/history/read_history.ts";
import { alert, at, session } from "../report/evening.ts";
import { remember, withFolder } from "../report/remembered.ts";
import { historyRig } from "./history_rig.ts";

function opened(path: string): ReadHistory {
  return openHistoryToRead(path) ?? assert.fail("there is a history");
}

function refusal(pattern: RegExp): (error: unknown) => boolean {
  return (error) => error instanceof CannotRunError && pattern.test(error.message);
}

const EVENING = session({ id: 7, notes: "A note" });
const OUTPUT = session({
  id: 8,
  kind: "output",
  evening_id: 7,
  output_id: "simple_stream",
  platform: "twitch",
  worst_minute: { at: at("21:10"), lost_percentage: 3.5, cause: "gpu" },
});

Deno.test("sessions come back as they were written, with their outputs", () =>
  withFolder((folder) => {
    const path = `${folder}/history.db`;
    remember(path, { sessions: [session({ id: 3 }), EVENING, OUTPUT] });
    using history = opened(path);
    assert.deepEqual(history.sessions.find(7), { session: EVENING, outputs: [OUTPUT] });
    assert.deepEqual(history.sessions.find(8), { session: OUTPUT, outputs: [] });
    assert.equal(history.sessions.find(99), null);
    assert.deepEqual(history.sessions.list({ limit: 10 }).map(({ id }) => id), [7, 3]);
    assert.deepEqual(history.sessions.list({ limit: 1 }), [{ ...EVENING, outputs: [OUTPUT] }]);
    assert.deepEqual(history.sessions.earlier(EVENING, 10).map(({ id }) => id), [3]);
    assert.deepEqual(history.sessions.earlier(OUTPUT, 10), []);
  }));

Deno.test("alerts of a time are those that were there in it", () =>
  withFolder((folder) => {
    const path = `${folder}/history.db`;
    const alerts = [
      alert({ since: at("20:00"), resolved_at: at("20:05") }),
      alert({ since: at("20:30"), resolved_at: at("20:35"), severity: "error" }),
      alert({ id: "obs_lost", since: at("20:40"), resolved_at: null, state: "firing" }),
      alert({ since: at("21:30"), resolved_at: at("21:31") }),
    ];
    remember(path, { sessions: [], alerts });
    using history = opened(path);
    assert.deepEqual(history.alertsBetween(at("20:10"), at("21:00")), alerts.slice(1, 3));
  }));

Deno.test("a row that makes no sense is left out, and the others are read", () =>
  withFolder((folder) => {
    const path = `${folder}/history.db`;
    remember(path, { sessions: [session({ id: 1 }), session({ id: 2 }), session({ id: 3 })] });
    const database = new DatabaseSync(path);
    database.exec("UPDATE stream_sessions SET start_time = 'yesterday' WHERE id = 1");
    database.exec("UPDATE stream_sessions SET data = '{' WHERE id = 2");
    database.close();
    using history = opened(path);
    const [third, second, ...rest] = history.sessions.list({ limit: 10 });
    assert.deepEqual([third?.id, second?.id, rest], [3, 2, []]);
    assert.equal(second?.render_total_frames, null);
  }));

Deno.test("it is read beside a sidecar that writes, and is not changed", () =>
  withFolder((folder) => {
    const path = `${folder}/history.db`;
    remember(path, { sessions: [EVENING] });
    const writer = openDatabase(path);
    writer.exec("BEGIN IMMEDIATE");
    writer.exec("UPDATE stream_sessions SET name = 'half done'");
    {
      using history = opened(path);
      assert.equal(history.sessions.find(7)?.session.name, "Twitch");
    }
    writer.exec("COMMIT");
    {
      using history = opened(path);
      assert.equal(history.sessions.find(7)?.session.name, "half done");
    }
    writer.close();
    const before = Deno.readFileSync(path);
    opened(path)[Symbol.dispose]();
    assert.deepEqual(Deno.readFileSync(path), before);
  }));

Deno.test("nothing remembered is nothing wrong", () =>
  withFolder((folder) => {
    assert.equal(openHistoryToRead(`${folder}/history.db`), null);
    assert.equal(openHistoryToRead(`${folder}/no/folder/history.db`), null);
    Deno.writeFileSync(`${folder}/history.db`, new Uint8Array());
    assert.equal(openHistoryToRead(`${folder}/history.db`), null);
    assert.equal(Deno.statSync(`${folder}/history.db`).size, 0);
  }));

Deno.test("figures over time are read, packed or not", async () => {
  await using rig = await historyRig({ everyS: 5 });
  const fromMs = rig.time.now();
  for (let tick = 0; tick < 4000; tick++) {
    rig.tick();
    if (tick === 3000) { while (await rig.pack()); }
  }
  rig.writer.flush();
  using history = opened(rig.path);
  const query = { fromMs, toMs: rig.time.now(), points: 200 };
  for (const metric of ["obs.active_fps", "obs.outputs.adv_stream.bitrate_kbps"]) {
    const read = await history.series.read(metric, query);
    assert.ok((read?.points.length ?? 0) > 150, metric);
    assert.deepEqual(read, await rig.source.read(metric, query));
  }
  assert.equal(await history.series.read("nonsense", query), null);
});

Deno.test("a damaged, foreign, newer or older file is refused, with what to do", () =>
  withFolder((folder) => {
    const garbage = `${folder}/garbage.db`;
    Deno.writeTextFileSync(garbage, "no database at all, ".repeat(500));
    assert.throws(() => openHistoryToRead(garbage), refusal(/^Cannot read .*start the sidecar/));

    const foreign = `${folder}/foreign.db`;
    const other = new DatabaseSync(foreign);
    other.exec("CREATE TABLE songs (name TEXT)");
    other.close();
    assert.throws(() => openHistoryToRead(foreign), refusal(/another program's database/));

    const newer = `${folder}/newer.db`;
    remember(newer, { sessions: [] });
    const later = new DatabaseSync(newer);
    later.exec("PRAGMA user_version = 999");
    later.close();
    assert.throws(() => openHistoryToRead(newer), refusal(/later version.*Update this one/));

    const older = `${folder}/older.db`;
    remember(older, { sessions: [] });
    const earlier = new DatabaseSync(older);
    earlier.exec("PRAGMA user_version = 0");
    earlier.close();
    assert.throws(() => openHistoryToRead(older), refusal(/earlier version.*Start the sidecar/));

    const cut = `${folder}/cut.db`;
    remember(cut, {
      sessions: Array.from({ length: 300 }, (_, index) => session({ id: index + 1 })),
    });
    Deno.truncateSync(cut, 20_000);
    assert.throws(() => {
      using history = opened(cut);
      history.sessions.list({ limit: 100 });
    }, refusal(/^Cannot read .*cut\.db: .*start the sidecar/));
  }));
