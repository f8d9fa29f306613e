import assert from "node:assert/strict";
import { DatabaseSync } from "node:sqlite";
import { KeptDatabase } from "../../sidecar/history/kept_database.ts";
import { createHistoryWriter } from "../../sidecar/history/history_writer.ts";
import { MIGRATIONS } from "../../sidecar/history/migrations/mod.ts";
import { FakeTime } from "../fake_time.ts";
import { keptLog } from "../log_lines.ts";
import { historyRig } from "./history_rig.ts";

const TIME = new FakeTime();

async function folder(use: (path: string) => void | Promise<void>): Promise<void> {
  const made = await Deno.makeTempDir({ prefix: "open-file-" });
  try {
    await use(`${made}/history.db`);
  } finally {
    await Deno.chmod(made, 0o700);
    await Deno.remove(made, { recursive: true });
  }
}

function open(path: string) {
  const { log, lines } = keptLog();
  const database = new KeptDatabase({ path, now: TIME.now, log });
  return { database, lines };
}

function besides(path: string): string[] {
  return Array.from(Deno.readDirSync(path.replace(/\/[^/]*$/, "")), ({ name }) => name)
    .filter((name) => !/^history\.db(-wal|-shm)?$/.test(name)).sort();
}

function works(database: KeptDatabase): boolean {
  database.exec("INSERT INTO row_shapes (shape) VALUES ('{}')");
  const [check] = database.prepare("PRAGMA integrity_check").all();
  return database.isKept && check?.integrity_check === "ok";
}

/** A history of some hours, closed. */
async function someHistory(path: string): Promise<Uint8Array> {
  await using rig = await historyRig({ everyS: 5 });
  for (let i = 0; i < 7200; i++) rig.tick();
  while (await rig.pack());
  await rig.close();
  const bytes = await Deno.readFile(rig.path);
  await Deno.writeFile(path, bytes);
  return bytes;
}

Deno.test("a new history is the user's alone, and opened again as it is", () =>
  folder((path) => {
    const first = open(path);
    assert.equal(first.database.problem, null);
    assert.ok(works(first.database));
    if (Deno.build.os !== "windows") {
      for (const end of ["", "-wal", "-shm"]) {
        assert.equal((Deno.statSync(path + end).mode ?? 0) & 0o777, 0o600, end);
      }
    }
    first.database.close();
    const again = open(path);
    assert.equal(again.database.prepare("SELECT count(*) AS n FROM row_shapes").get()?.n, 1);
    assert.deepEqual([again.lines, besides(path)], [[], []]);
    again.database.close();
  }));

Deno.test("a damaged file is set aside under a name that tells, and a new one is begun", () =>
  folder(async (path) => {
    const whole = await someHistory(path);
    const pageBytes = new DataView(whole.buffer).getUint16(16);
    const root = (() => {
      using database = new DatabaseSync(path);
      const [line] = database.prepare(
        "SELECT rootpage FROM sqlite_master WHERE name = 'telemetry_snapshots'",
      ).all();
      return Number(line?.rootpage);
    })();
    const flipped = whole.slice();
    flipped.fill(0xa5, (root - 1) * pageBytes, (root - 1) * pageBytes + 64);
    const cases: Record<string, Uint8Array> = {
      garbage: crypto.getRandomValues(new Uint8Array(20_000)),
      short: new Uint8Array(10),
      empty: new Uint8Array(),
      truncated: whole.slice(0, Math.floor(whole.length / 2 / pageBytes) * pageBytes),
      "truncated within a page": whole.slice(0, whole.length - 1000),
      "flipped page": flipped,
      "flipped header": whole.map((byte, i) => i === 3 ? byte ^ 0xff : byte),
    };
    for (const [name, bytes] of Object.entries(cases)) {
      for (const other of besides(path)) Deno.removeSync(path.replace(/history\.db$/, other));
      for (const end of ["-wal", "-shm"]) await Deno.remove(path + end).catch(() => {});
      await Deno.writeFile(path, bytes);
      const { database, lines } = open(path);
      const [aside = ""] = besides(path);
      assert.match(aside, /^history\.db\.damaged-2026-11-\d\dT\d\d-\d\d-\d\d$/, name);
      assert.deepEqual(await Deno.readFile(path.replace(/history\.db$/, aside)), bytes, name);
      assert.match(database.problem ?? "", new RegExp(`damaged.*${aside}`), name);
      assert.equal(lines.filter((line) => line.startsWith("warn")).length, 1, name);
      assert.ok(works(database), name);
      database.close();
    }
  }));

Deno.test("at most three damaged files are kept, the newest ones", () =>
  folder((path) => {
    for (let i = 0; i < 5; i++) {
      TIME.sleep(1000);
      Deno.writeTextFileSync(path, `garbage ${i}`);
      open(path).database.close();
    }
    const kept = besides(path).map((name) =>
      Deno.readTextFileSync(path.replace(/history\.db$/, name))
    );
    assert.deepEqual(kept, ["garbage 2", "garbage 3", "garbage 4"]);
  }));

Deno.test("another program's database is set aside whole and never deleted", () =>
  folder((path) => {
    using other = new DatabaseSync(path);
    other.exec("PRAGMA journal_mode = WAL; CREATE TABLE theirs (a); INSERT INTO theirs VALUES (7)");
    other.close();
    const { database } = open(path);
    const [aside = ""] = besides(path);
    assert.match(aside, /^history\.db\.foreign-/);
    assert.match(database.problem ?? "", /another program's file/);
    assert.ok(works(database));
    database.close();
    using theirs = new DatabaseSync(path.replace(/history\.db$/, aside));
    assert.equal(theirs.prepare("SELECT a FROM theirs").get()?.a, 7);
    other.open();
  }));

Deno.test("a newer version's file is left as it is, and everything else goes on", () =>
  folder((path) => {
    open(path).database.close();
    const change = new DatabaseSync(path);
    change.exec(`PRAGMA user_version = ${MIGRATIONS.length + 1}; CREATE TABLE later (a)`);
    change.close();
    const before = Deno.readFileSync(path);
    const { database, lines } = open(path);
    assert.match(database.problem ?? "", /newer version.*Update/);
    assert.equal(database.isKept, false);
    database.exec("INSERT INTO row_shapes (shape) VALUES ('{}')");
    database.tryAgain();
    assert.equal(lines.length, 1);
    database.close();
    assert.deepEqual(Deno.readFileSync(path), before);
    assert.deepEqual(besides(path), []);
  }));

Deno.test("goes on without a file that cannot be made, and takes along what was when it can", () =>
  folder((path) => {
    Deno.mkdirSync(`${path}.new`);
    Deno.mkdirSync(`${path}.new/in the way`);
    const { database, lines } = open(path);
    assert.equal(database.isKept, false);
    assert.match(database.problem ?? "", /No history is kept/);
    database.exec(
      "INSERT INTO alerts (uid, alert_id, timestamp, fired_at, severity, message) " +
        "VALUES ('a', 'x', 1, 2, 'warning', 'm')",
    );
    database.tryAgain();
    assert.equal(lines.length, 1, "told once");
    Deno.removeSync(`${path}.new`, { recursive: true });
    database.tryAgain();
    assert.deepEqual([database.isKept, database.problem], [true, null]);
    assert.equal(database.prepare("SELECT message FROM alerts").get()?.message, "m");
    assert.ok(works(database));
    database.close();
  }));

Deno.test("waits for a file that another program locks whole, and does not take it for damaged", () =>
  folder((path) => {
    open(path).database.close();
    const other = new DatabaseSync(path);
    other.exec("PRAGMA locking_mode = EXCLUSIVE; BEGIN EXCLUSIVE; SELECT * FROM row_shapes");
    const { database } = open(path);
    assert.match(database.problem ?? "", /another program locks history\.db/);
    assert.deepEqual(besides(path), []);
    other.exec("ROLLBACK");
    other.close();
    database.tryAgain();
    assert.ok(works(database));
    database.close();
  }));

Deno.test("a file that turns out to be damaged while it is used is set aside, and nothing waits", () =>
  folder((path) => {
    const { database } = open(path);
    const { log } = keptLog();
    const writer = createHistoryWriter({ database, everyMs: () => 20, log });
    database.exec("PRAGMA wal_checkpoint(TRUNCATE)");
    const bytes = Deno.readFileSync(path);
    Deno.writeFileSync(path, bytes.fill(0xa5, 4096), { create: false });
    writer.enqueue((into) => into.exec("INSERT INTO row_shapes (shape) VALUES ('mine')"));
    writer.flush();
    writer.flush();
    assert.equal(database.prepare("SELECT shape FROM row_shapes").get()?.shape, "mine");
    assert.match(besides(path).join(), /damaged/);
    assert.match(database.problem ?? "", /was damaged/);
    void writer.close();
    database.close();
  }));

Deno.test("a file that was taken away while it is used is begun anew", () =>
  folder((path) => {
    const { database } = open(path);
    const { log } = keptLog();
    const writer = createHistoryWriter({ database, everyMs: () => 20, log });
    for (const end of ["", "-wal", "-shm"]) Deno.removeSync(path + end);
    for (let i = 0; i < 3; i++) {
      writer.enqueue((into) => into.exec(`INSERT INTO row_shapes (shape) VALUES ('${i}')`));
      writer.flush();
      database.tryAgain();
    }
    void writer.close();
    database.close();
    const again = open(path).database;
    assert.equal(again.prepare("SELECT shape FROM row_shapes WHERE shape = '2'").get()?.shape, "2");
    again.close();
  }));
