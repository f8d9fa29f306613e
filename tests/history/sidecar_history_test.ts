import assert from "node:assert/strict";
import { DatabaseSync } from "node:sqlite";
import { HistorySchema } from "../../shared/api.ts";
import { startSidecarPeer } from "../peers/sidecar.ts";
import { until } from "../peers/until.ts";
import * as v from "valibot";

const CPU = "system.cpu_usage_percent";

Deno.test("a sidecar with a damaged history tells of it, begins a new one and answers from it", async () => {
  const folder = await Deno.makeTempDir({ prefix: "sidecar-history-" });
  try {
    await Deno.writeTextFile(`${folder}/history.db`, "no database at all".repeat(1000));
    const config = "[engine]\nbridge_update_rate = 100\nmetrics_interval = 1\n";
    await using sidecar = await startSidecarPeer({ home: folder, dataDir: folder, config });
    const { health } = await sidecar.untilBridge(
      ({ health }) => health.alerts.some(({ message }) => message.includes("history was damaged")),
      { what: "the history was damaged" },
    );
    const alert = health.alerts.find(({ message }) => message.includes("history was damaged"));
    assert.equal(alert?.severity, "info");
    const [aside] = Array.from(Deno.readDirSync(folder), ({ name }) => name)
      .filter((name) => name.startsWith("history.db.damaged-"));
    assert.ok(aside !== undefined && alert?.message.includes(aside));
    using database = new DatabaseSync(`${folder}/history.db`, { readOnly: true });
    await until(
      () => database.prepare("SELECT count(*) AS n FROM telemetry_snapshots").get()?.n === 2,
      { what: "there are two rows" },
    );
    const answer = await fetch(
      `http://127.0.0.1:${sidecar.port}/api/v1/history?metric=${CPU}&from=0&points=5000`,
      { headers: { authorization: `Bearer ${sidecar.token()}` } },
    );
    assert.ok(v.parse(HistorySchema, await answer.json()).points.length > 0);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});
