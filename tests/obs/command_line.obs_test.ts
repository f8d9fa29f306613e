/** A real OBS that is not where its settings, or the user's, say. */
import assert from "node:assert/strict";
import { counterpartTest, OBS, XVFB } from "../counterparts.ts";
import { startObs } from "../peers/obs.ts";
import { freePort } from "../peers/ports.ts";
import { startSidecarPeer } from "../peers/sidecar.ts";

counterpartTest(
  "an OBS started with another port and password is found by its command line",
  [OBS, XVFB],
  async () => {
    const wsPort = freePort();
    const password = "of the command line";
    await using obs = await startObs({
      wsPort,
      password,
      args: ["--websocket_port", String(wsPort), `--websocket_password=${password}`],
      async prepare(home) {
        const path = `${home}/.config/obs-studio/global.ini`;
        const text = await Deno.readTextFile(path);
        const other = text.replace(`ServerPort=${wsPort}`, `ServerPort=${freePort()}`)
          .replace(`ServerPassword=${password}`, "ServerPassword=of the settings");
        assert.notEqual(other, text);
        await Deno.writeTextFile(path, other);
      },
    });
    await using sidecar = await startSidecarPeer({ home: obs.home });
    await sidecar.untilBridge(({ obs: { connected } }) => connected === true, {
      what: "OBS is connected",
    });
    const log = await Deno.readTextFile(`${sidecar.dataDir}/logs/sidecar.log`);
    assert.match(log, new RegExp(`Connected to OBS at 127\\.0\\.0\\.1:${wsPort} `));
    assert.ok(!log.includes(password));

    // Where the user's own port is none of OBS's, that it runs is told.
    const config = `[obs]\nport = ${freePort()}\n`;
    await using elsewhere = await startSidecarPeer({ home: obs.home, config });
    await elsewhere.process.waitForOutput(
      /OBS runs, but its WebSocket server does not answer at 127\.0\.0\.1:\d+/,
      { withinMs: 30_000 },
    );
  },
);
