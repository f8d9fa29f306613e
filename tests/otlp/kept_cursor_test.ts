import assert from "node:assert/strict";
import { DatabaseSync } from "node:sqlite";
import type { Database } from "../../sidecar/history/database.ts";
import { openDatabase } from "../../sidecar/history/database.ts";
import { createHistoryWriter } from "../../sidecar/history/history_writer.ts";
import { silentLog } from "../../sidecar/log/log.ts";
import { cursorAt, readCursor, writeCursor } from "../../sidecar/otlp/export_cursor.ts";
import { KeptCursor } from "../../sidecar/otlp/kept_cursor.ts";
import { exportRig, momentsOf } from "./export_rig.ts";

/** A database that can be made another one. */
function swappable(first: DatabaseSync) {
  let now = first;
  const listeners: (() => void)[] = [];
  const database: Database & { isKept: boolean } = {
    isKept: true,
    exec: (sql) => now.exec(sql),
    prepare: (sql) => now.prepare(sql),
    onSwap: (listener) => void listeners.push(listener),
  };
  return {
    database,
    swap(next: DatabaseSync, { isKept = true } = {}) {
      now = next;
      database.isKept = isKept;
      for (const listener of listeners) listener();
    },
  };
}

function rowsIn(database: DatabaseSync, count: number): void {
  for (let i = 0; i < count; i++) {
    database.exec(
      "INSERT INTO telemetry_snapshots (timestamp, first_ms, shape, data) " +
        "VALUES (0, 0, 1, '')",
    );
  }
}

function cursorRig(first: DatabaseSync) {
  const { database, swap } = swappable(first);
  const writer = createHistoryWriter({ database, everyMs: () => 0, log: silentLog });
  const lines: string[] = [];
  const stopping = new AbortController();
  const log = { warn: (line: string) => void lines.push(line) };
  const cursor = new KeptCursor({ database, writer, log, signal: stopping.signal });
  return { cursor, swap, lines, stopping, writer };
}

Deno.test("goes on where the file says when the file is opened after all", async () => {
  using memory = openDatabase(":memory:");
  using file = openDatabase(":memory:");
  rowsIn(file, 40);
  writeCursor({ ...cursorAt(39), accepted: 500 })(file);
  const { cursor, swap, writer } = cursorRig(memory);
  assert.equal((await cursor.find()).position.rowId, 0);
  swap(file);
  const found = await cursor.find();
  assert.equal(found.position.rowId, 39);
  assert.equal(found.accepted, 500);
  await writer.close();
});

Deno.test("begins a new history at its beginning, and counts what was lost with the one before", async () => {
  using first = openDatabase(":memory:");
  using second = openDatabase(":memory:");
  rowsIn(first, 40);
  writeCursor({ ...cursorAt(30), accepted: 500, expired: 1 })(first);
  const { cursor, swap, writer, lines } = cursorRig(first);
  await cursor.find();
  swap(second);
  const found = await cursor.find();
  assert.equal(found.position.rowId, 0);
  assert.equal(found.accepted, 500);
  assert.equal(found.expired, 11);
  assert.match(lines.join(), /10 rows that were not exported yet are lost/);
  writer.flush();
  assert.equal(readCursor(second)?.expired, 11);
  await writer.close();
});

Deno.test("counts nothing as lost while the file may come back with it", async () => {
  using file = openDatabase(":memory:");
  using memory = openDatabase(":memory:");
  rowsIn(file, 40);
  writeCursor(cursorAt(30))(file);
  const { cursor, swap, writer } = cursorRig(file);
  await cursor.find();
  swap(memory, { isKept: false });
  assert.equal((await cursor.find()).expired, 0);
  swap(file);
  const { position, expired } = await cursor.find();
  assert.deepEqual([position.rowId, expired], [30, 0]);
  await writer.close();
});

Deno.test("a place in the history before is no place in the one after", async () => {
  using first = openDatabase(":memory:");
  using second = openDatabase(":memory:");
  rowsIn(first, 40);
  writeCursor(cursorAt(0))(first);
  const { cursor, swap, writer } = cursorRig(first);
  await cursor.find();
  const { era } = cursor;
  swap(second);
  await cursor.change((before) => ({ ...cursorAt(40), accepted: before.accepted + 7 }), era);
  const kept = readCursor(second);
  assert.deepEqual([kept?.position.rowId, kept?.accepted], [0, 7]);
  await writer.close();
});

Deno.test("goes on with the row that is next where the rest of the cursor is damaged", async () => {
  await using rig = await exportRig();
  await rig.begin();
  await rig.end();
  rig.rows(4);
  rig.history.database.exec("UPDATE export_cursor SET position = 'x'");
  await rig.begin();
  assert.ok(momentsOf(rig.requests).length > 0);
});

Deno.test("waits for the history no longer when the sidecar ends", async () => {
  const path = await Deno.makeTempFile({ suffix: ".db" });
  try {
    using file = openDatabase(path);
    const { cursor, stopping, writer } = cursorRig(file);
    await cursor.find();
    using other = new DatabaseSync(path);
    other.exec("BEGIN IMMEDIATE");
    const changing = cursor.change(() => cursorAt(7), cursor.era);
    stopping.abort();
    await changing;
    other.exec("ROLLBACK");
    await writer.close();
    assert.equal(readCursor(file)?.position.rowId, 7);
  } finally {
    for (const end of ["", "-wal", "-shm"]) await Deno.remove(path + end).catch(() => {});
  }
});
