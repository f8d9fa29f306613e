import assert from "node:assert/strict";
import { testConnection } from "../../sidecar/obs/test_connection.ts";
import { rigTest } from "./obs_rig.ts";

rigTest("says which OBS answers", async ({ obs, connection, connected }) => {
  await connected();
  assert.deepEqual(await testConnection({ connection }), {
    ok: true,
    message: `OBS ${obs.state.obsVersion} answers at 127.0.0.1:${obs.port} (obs-websocket ` +
      `${connection.session?.pluginVersion}).`,
  });
});

rigTest("says that OBS hangs", async ({ obs, connection, connected }) => {
  await connected();
  obs.hang();
  const { ok, message } = await testConnection({ connection });
  assert.equal(ok, false);
  assert.match(message, /does not answer\. If it hangs, restart it/);
});

rigTest("tries anew to find an OBS that was away, and at once", async ({ obs, connection }) => {
  await obs.crash();
  connection.start();
  const away = await testConnection({ connection });
  assert.equal(away.ok, false);
  assert.match(away.message, /No OBS answers at/);
  await obs.restart();
  assert.equal((await testConnection({ connection })).ok, true);
});

rigTest("says what OBS refuses", async ({ connection }) => {
  connection.start();
  const { ok, message } = await testConnection({ connection });
  assert.equal(ok, false);
  assert.match(message, /OBS refused the password found in/);
}, { password: "right", passwords: ["wrong"] });
