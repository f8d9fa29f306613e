/** history.db deleted while the sidecar runs: what kept statements of the old file failed for ever. */
import assert from "node:assert/strict";
import { createHistoryWriter } from "../../sidecar/history/history_writer.ts";
import { KeptDatabase } from "../../sidecar/history/kept_database.ts";
import { silentLog } from "../../sidecar/log/log.ts";
import { openSessions } from "../../sidecar/sessions/open_sessions.ts";
import { snapshotOf } from "../api/api_fixture.ts";
import { exampleTelemetry } from "../api/example_telemetry.ts";
import { withFolder } from "../report/remembered.ts";

Deno.test("sessions go on in a new file when history.db is deleted", () =>
  withFolder(async (folder) => {
    const path = `${folder}/history.db`;
    let nowMs = 1_795_370_000_000;
    const now = () => nowMs;
    const database = new KeptDatabase({ path, now, log: silentLog });
    const writer = createHistoryWriter({ database, everyMs: () => 0, log: silentLog });
    const sessions = openSessions({
      database,
      writer,
      source: { read: () => null },
      clock: { now, monotonic: now },
      hasObsExited: () => false,
      isShutOut: () => false,
      carried: () => null,
      alertsBetween: () => [],
      publish: () => {},
    });
    const watch = (seconds: number) => {
      for (let tick = 0; tick < seconds * 2; tick++) {
        nowMs += 500;
        void sessions.sink.write(snapshotOf(exampleTelemetry({ written_at_ms: nowMs })));
      }
      writer.flush();
    };
    watch(10);
    const [before] = sessions.list({ limit: 1 }).sessions;
    assert.ok(before);

    for (const name of ["", "-wal", "-shm"]) Deno.removeSync(path + name);
    database.tryAgain();
    watch(15);
    const [after] = sessions.list({ limit: 1 }).sessions;
    assert.equal(after?.id, before.id);
    assert.ok(after.duration_s > before.duration_s);
    assert.equal(sessions.setNotes(before.id, "kept")?.notes, "kept");
    assert.deepEqual(sessions.find(before.id)?.session.notes, "kept");
    await writer.close();
    database.close();
  }));
