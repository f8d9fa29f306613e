/** A history with a damaged index passed the check at the start, and was written on for ever. */
import assert from "node:assert/strict";
import { DatabaseSync } from "node:sqlite";
import { KeptDatabase } from "../../sidecar/history/kept_database.ts";
import { silentLog } from "../../sidecar/log/log.ts";
import { withFolder } from "../report/remembered.ts";

/** The header says here how large a page is (https://www.sqlite.org/fileformat.html, section 1.3). */
const PAGE_BYTES_AT = 16;

Deno.test("a history is set aside whose index does not say what its table does", () =>
  withFolder((folder) => {
    const path = `${folder}/history.db`;
    const open = () => new KeptDatabase({ path, now: Date.now, log: silentLog });
    const first = open();
    first.exec(
      "INSERT INTO telemetry_snapshots (timestamp, first_ms, shape, data) " +
        "VALUES (1795370000, 1795370000000, 1, x'00')",
    );
    first.exec("PRAGMA wal_checkpoint(TRUNCATE)");
    first.close();

    const bytes = Deno.readFileSync(path);
    const pageBytes = new DataView(bytes.buffer).getUint16(PAGE_BYTES_AT);
    const page = rootPage(path, "idx_timestamp");
    // The cell's last bytes before the row's id of one byte: the end of the time.
    const at = page * pageBytes - 2;
    bytes[at] = (bytes[at] ?? 0) ^ 0xff;
    Deno.writeFileSync(path, bytes);

    const second = open();
    assert.match(second.problem ?? "", /was damaged/);
    assert.deepEqual(second.prepare("SELECT * FROM telemetry_snapshots").all(), []);
    second.close();
    assert.ok(Array.from(Deno.readDirSync(folder)).some(({ name }) => /damaged-/.test(name)));
  }));

function rootPage(path: string, name: string): number {
  using database = new DatabaseSync(path, { readOnly: true });
  const line = database.prepare("SELECT rootpage FROM sqlite_schema WHERE name = ?").get(name);
  return Number(line?.rootpage);
}
