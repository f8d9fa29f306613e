/**
 * A history with a damaged index passed the check at the start, and was written on for ever; later
 * all of it was set aside, though no row was harmed.
 */
import assert from "node:assert/strict";
import { DatabaseSync } from "node:sqlite";
import { KeptDatabase } from "../../sidecar/history/kept_database.ts";
import { silentLog } from "../../sidecar/log/log.ts";
import { keptLog } from "../log_lines.ts";
import { withFolder } from "../report/remembered.ts";

/** The header says here how large a page is (https://www.sqlite.org/fileformat.html, section 1.3). */
const PAGE_BYTES_AT = 16;

const TABLE = "telemetry_snapshots";

Deno.test("a history's index that does not say what its table does is made anew, and all rows stay", () =>
  withFolder((folder) => {
    const path = `${folder}/history.db`;
    const rows = withSomeRows(path);
    // The cell's last bytes before the row's id of one byte: the end of the time.
    flip(path, { page: rootPage(path, "idx_timestamp"), at: -2 });

    const { log, lines } = keptLog();
    const second = new KeptDatabase({ path, now: Date.now, log });
    assert.equal(second.problem, null);
    assert.deepEqual(second.prepare(`SELECT * FROM ${TABLE}`).all(), rows);
    const { timestamp } = rows[0] ?? {};
    const byIndex =
      `SELECT count(*) AS n FROM ${TABLE} INDEXED BY idx_timestamp WHERE timestamp = `;
    assert.equal(second.prepare(byIndex + timestamp).get()?.n, 1);
    assert.equal(second.prepare("PRAGMA integrity_check").get()?.integrity_check, "ok");
    assert.match(lines.join(), /^warn: The history's indexes did not fit its rows/);
    second.close();
    assert.deepEqual(damagedFiles(folder), []);

    const third = openQuietly(path);
    assert.equal(third.prepare(`SELECT count(*) AS n FROM ${TABLE}`).get()?.n, rows.length);
    third.close();
  }));

Deno.test("a history is set aside whose table is damaged", () =>
  withFolder((folder) => {
    const path = `${folder}/history.db`;
    withSomeRows(path);
    // The page's first bytes say what kind of page it is and where its cells are.
    flip(path, { page: rootPage(path, TABLE), at: 3 });
    const second = openQuietly(path);
    assert.match(second.problem ?? "", /was damaged/);
    assert.deepEqual(second.prepare(`SELECT * FROM ${TABLE}`).all(), []);
    second.close();
    assert.equal(damagedFiles(folder).length, 1);
  }));

function openQuietly(path: string): KeptDatabase {
  return new KeptDatabase({ path, now: Date.now, log: silentLog });
}

/** @returns the rows that it holds, closed */
function withSomeRows(path: string) {
  const database = openQuietly(path);
  for (let row = 0; row < 50; row++) {
    const at = 1_795_370_000 + row;
    database.exec(
      `INSERT INTO ${TABLE} (timestamp, first_ms, shape, data) VALUES (${at}, ${at}000, 1, x'00')`,
    );
  }
  const rows = database.prepare(`SELECT * FROM ${TABLE}`).all();
  database.exec("PRAGMA wal_checkpoint(TRUNCATE)");
  database.close();
  return rows;
}

/** Turns all bits of a page's byte, counted from its end if negative. Pages count from one. */
function flip(path: string, { page, at: offset }: { page: number; at: number }): void {
  const bytes = Deno.readFileSync(path);
  const pageBytes = new DataView(bytes.buffer).getUint16(PAGE_BYTES_AT);
  const at = (offset < 0 ? page : page - 1) * pageBytes + offset;
  bytes[at] = (bytes[at] ?? 0) ^ 0xff;
  Deno.writeFileSync(path, bytes);
}

function damagedFiles(folder: string): string[] {
  return Array.from(Deno.readDirSync(folder), ({ name }) => name)
    .filter((name) => name.includes("damaged-"));
}

function rootPage(path: string, name: string): number {
  using database = new DatabaseSync(path, { readOnly: true });
  const line = database.prepare("SELECT rootpage FROM sqlite_schema WHERE name = ?").get(name);
  return Number(line?.rootpage);
}
