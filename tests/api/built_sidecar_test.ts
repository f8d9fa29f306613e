/** The routes that change something, in the sidecar as it is built, with its own permissions. */
import assert from "node:assert/strict";
import { startSimulatedObs } from "../../sidecar/demo/simulated_obs.ts";
import { startSidecarPeer } from "../peers/sidecar.ts";
import { newCanary } from "../vault/canary.ts";
import { disposable, withHome } from "../vault/sidecar_vault_rig.ts";

Deno.test("the built sidecar is set up through its API alone", () =>
  withHome(async (home) => {
    const password = newCanary();
    const token = newCanary();
    await using obs = disposable(await startSimulatedObs({ password }));
    await using backend = disposable(startBackend());
    await using sidecar = await startSidecarPeer({ home });
    const ask = async (method: string, path: string, body?: unknown) => {
      const response = await fetch(`http://127.0.0.1:${sidecar.port}/api/v1/${path}`, {
        method,
        headers: {
          authorization: `Bearer ${sidecar.token()}`,
          ...body === undefined ? {} : { "content-type": "application/json" },
        },
        ...body === undefined ? {} : { body: JSON.stringify(body) },
      });
      const text = await response.text();
      assert.ok(response.ok, `${method} ${path}: ${response.status} ${text}`);
      return text === "" ? null : JSON.parse(text);
    };

    await ask("PUT", "config", {
      obs: { host: "127.0.0.1", port: obs.port },
      grafana: { enabled: false },
    });
    const before = await ask("POST", "tests/obs");
    assert.equal(before.ok, false);
    assert.match(before.message, /asks for a password/);
    await ask("PUT", "credentials/obs.websocket.password", { value: password });
    await sidecar.untilBridge(({ obs }) => obs.connected === true, { what: "OBS is connected" });
    assert.equal((await ask("POST", "tests/obs")).ok, true);

    await ask("PUT", "credentials/grafana.api_url", { value: `${backend.origin}/otlp` });
    await ask("PUT", "credentials/grafana.api_token", { value: token });
    assert.deepEqual(await ask("POST", "tests/metrics"), {
      ok: true,
      message: "127.0.0.1 takes figures.",
    });
    assert.deepEqual(backend.authorizations, [`Bearer ${token}`]);

    const { credentials } = await ask("GET", "credentials");
    assert.deepEqual(
      credentials.map(({ id, host, usable }: Record<string, unknown>) => [id, host, usable]),
      [
        ["grafana.api_token", "localhost", true],
        ["grafana.api_url", null, true],
        ["obs.websocket.password", "localhost", true],
      ],
    );
    const { points } = await ask("GET", "history?metric=system.memory_used_gb");
    assert.ok(points.length > 0);
    await ask("DELETE", "credentials/grafana.api_token");
    const printed = sidecar.process.output() +
      await Deno.readTextFile(`${sidecar.dataDir}/logs/sidecar.log`);
    for (const secret of [password, token]) assert.ok(!printed.includes(secret));
  }));

function startBackend() {
  const authorizations: (string | null)[] = [];
  const server = Deno.serve(
    { hostname: "127.0.0.1", port: 0, onListen() {} },
    ({ headers }) => {
      authorizations.push(headers.get("authorization"));
      return new Response();
    },
  );
  return {
    authorizations,
    origin: `http://127.0.0.1:${server.addr.port}`,
    close: () => server.shutdown(),
  };
}
