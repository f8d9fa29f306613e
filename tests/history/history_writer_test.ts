import assert from "node:assert/strict";
import { DatabaseSync } from "node:sqlite";
import type { Database } from "../../sidecar/history/database.ts";
import { createHistoryWriter } from "../../sidecar/history/history_writer.ts";
import { FakeTime } from "../fake_time.ts";
import { keptLog } from "../log_lines.ts";

async function rig() {
  const folder = await Deno.makeTempDir({ prefix: "writer-" });
  const path = `${folder}/some.db`;
  const database = new DatabaseSync(path, { timeout: 0 });
  database.exec("PRAGMA journal_mode = WAL; CREATE TABLE t (n INTEGER NOT NULL, data BLOB)");
  const time = new FakeTime().install();
  const { log, lines } = keptLog();
  const writer = createHistoryWriter({ database, everyMs: () => 20, log });
  return {
    path,
    database,
    time,
    lines,
    writer,
    add: (n: number) => writer.enqueue((database) => insert(database, n)),
    rows: () => database.prepare("SELECT n FROM t ORDER BY rowid").all().map(({ n }) => n),
    async [Symbol.asyncDispose]() {
      time[Symbol.dispose]();
      database.close();
      await Deno.remove(folder, { recursive: true });
    },
  };
}

function insert(database: Database, n: number, bytes = 0): void {
  database.prepare("INSERT INTO t VALUES (?, ?)").run(n, new Uint8Array(bytes));
}

const count = (length: number) => Array.from({ length }, (_, i) => i);

Deno.test("what comes together is written together, off the caller's path", async () => {
  await using made = await rig();
  for (const n of count(5)) made.add(n);
  assert.deepEqual(made.rows(), []);
  await made.time.pass(20);
  assert.deepEqual(made.rows(), count(5));
  assert.equal(made.time.waiting, 0);
});

Deno.test("loses no row while another program locks the database for 30 s, and keeps the order", async () => {
  await using made = await rig();
  using other = new DatabaseSync(made.path);
  other.exec("BEGIN IMMEDIATE");
  for (const n of count(60)) {
    made.add(n);
    await made.time.pass(500);
  }
  assert.deepEqual(made.rows(), []);
  assert.match(made.writer.problem ?? "", /another program locks history\.db/);
  assert.equal(made.lines.filter((line) => line.startsWith("warn")).length, 1);
  other.exec("ROLLBACK");
  await made.time.pass(300);
  assert.deepEqual(made.rows(), count(60));
  assert.equal(made.writer.problem, null);
  assert.equal(made.lines.filter((line) => line.startsWith("info")).length, 1);
});

Deno.test("a short lock is not worth a word", async () => {
  await using made = await rig();
  using other = new DatabaseSync(made.path);
  other.exec("BEGIN IMMEDIATE");
  made.add(1);
  await made.time.pass(2000);
  other.exec("ROLLBACK");
  await made.time.pass(300);
  assert.deepEqual([made.rows(), made.lines, made.writer.problem], [[1], [], null]);
});

Deno.test("waits while the disk is full, says so, and goes on when there is space", async () => {
  await using made = await rig();
  const pages = made.database.prepare("PRAGMA page_count").get()?.page_count;
  made.database.exec(`PRAGMA max_page_count = ${Number(pages) + 2}`);
  for (const n of count(10)) made.writer.enqueue((database) => insert(database, n, 8000));
  await made.time.pass(1000);
  assert.deepEqual(made.rows(), []);
  assert.match(made.writer.problem ?? "", /disk is full/);
  made.database.exec("PRAGMA max_page_count = 100000");
  await made.time.pass(5000);
  assert.deepEqual([made.rows(), made.writer.problem], [count(10), null]);
});

Deno.test("a file that cannot be written is opened anew every few seconds, not all the time", async () => {
  using time = new FakeTime().install();
  let repairs = 0;
  const writer = createHistoryWriter({
    database: {
      exec() {
        throw new Error("attempt to write a readonly database");
      },
      prepare: () => {
        throw new Error("not reached");
      },
      repair: () => repairs++,
    },
    everyMs: () => 20,
    log: keptLog().log,
  });
  writer.enqueue(() => {});
  await time.pass(60_000);
  assert.ok(repairs >= 10 && repairs <= 20, `${repairs} times in a minute`);
  await Promise.all([writer.close(), time.pass(1000)]);
});

Deno.test("a change that cannot be made is left out, and the others are made", async () => {
  await using made = await rig();
  const settled: [string, boolean][] = [];
  made.add(1);
  made.writer.enqueue((database) => {
    insert(database, 2);
    throw new Error("a mistake");
  }, { settled: (written) => settled.push(["bad", written]) });
  made.writer.enqueue((database) => {
    database.prepare("INSERT INTO t (n) VALUES (NULL)").run();
  });
  made.writer.enqueue((database) => insert(database, 3), {
    settled: (written) => settled.push(["good", written]),
  });
  await made.time.pass(20);
  assert.deepEqual(made.rows(), [1, 3]);
  assert.deepEqual(settled, [["bad", false], ["good", true]]);
  assert.equal(made.lines.length, 2);
  assert.match(made.lines[0] ?? "", /^warn: A change of the history failed.*a mistake/);
  assert.equal(made.time.waiting, 0);
});

Deno.test("what waits too long a time is given up from the oldest rows on, and counted", async () => {
  await using made = await rig();
  using other = new DatabaseSync(made.path);
  other.exec("BEGIN IMMEDIATE");
  made.add(-1);
  for (const n of count(3610)) {
    made.writer.enqueue((database) => insert(database, n), { expendable: true });
  }
  await made.time.pass(30_000);
  assert.match(made.writer.problem ?? "", /11 rows are lost/);
  other.exec("ROLLBACK");
  await made.time.pass(300);
  assert.deepEqual(made.rows(), [-1, ...count(3610).slice(11)]);
});

Deno.test("tries for a second to write the last changes, and says what it could not write", async () => {
  await using made = await rig();
  using other = new DatabaseSync(made.path);
  other.exec("BEGIN IMMEDIATE");
  made.add(1);
  const closed = made.writer.close();
  await made.time.pass(400);
  other.exec("ROLLBACK");
  await made.time.pass(200);
  await closed;
  assert.deepEqual(made.rows(), [1]);
  const { log, lines } = keptLog();
  const late = createHistoryWriter({ database: made.database, everyMs: () => 20, log });
  other.exec("BEGIN IMMEDIATE");
  late.enqueue((database) => insert(database, 2));
  const given = late.close();
  await made.time.pass(1000);
  await given;
  assert.match(lines.join(), /1 changes of the history were not written/);
  other.exec("ROLLBACK");
});
