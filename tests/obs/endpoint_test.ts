import assert from "node:assert/strict";
import { isLoopback } from "../../sidecar/net/loopback.ts";
import { obsEndpoints } from "../../sidecar/obs/endpoint.ts";
import type { ServerSettings } from "../../sidecar/obs/server_settings.ts";

function server(changes: Partial<ServerSettings> = {}): ServerSettings {
  return {
    enabled: true,
    port: 4455,
    password: "own password",
    root: "/cfg",
    file: "/cfg/global.ini",
    ...changes,
  };
}

function endpoints(address: { host: string; port: number | null }, ...servers: ServerSettings[]) {
  return obsEndpoints(address, { servers, damaged: [] });
}

const HERE = { host: "localhost", port: null };

Deno.test("finds port and password in OBS's own settings", () => {
  assert.deepEqual(endpoints(HERE, server({ port: 4466 })), [{
    host: "127.0.0.1",
    port: 4466,
    passwords: [{ value: "own password", source: "/cfg/global.ini" }],
    configRoot: "/cfg",
    disabled: false,
    isRunning: false,
  }]);
});

Deno.test("tries the usual port where nothing is found", () => {
  const [endpoint] = endpoints(HERE);
  assert.equal(endpoint?.port, 4455);
  assert.deepEqual(endpoint?.passwords, []);
});

Deno.test("tries servers that are switched on before those that are off", () => {
  const found = endpoints(HERE, server({ enabled: false, port: 1111 }), server({ port: 2222 }));
  assert.deepEqual(found.map(({ port, disabled }) => [port, disabled]), [
    [2222, false],
    [1111, true],
  ]);
});

Deno.test("keeps to the port that the user set, with the password found for it", () => {
  const found = endpoints(
    { host: "127.0.0.1", port: 2222 },
    server({ port: 1111, password: "one" }),
    server({ port: 2222, password: "two" }),
  );
  assert.deepEqual(found.map(({ port, passwords }) => [port, passwords[0]?.value]), [[
    2222,
    "two",
  ]]);
});

Deno.test("tries every password found where the user's port is none of OBS's", () => {
  const [endpoint, ...others] = endpoints(
    { host: "localhost", port: 9999 },
    server({ port: 1111, password: "one" }),
    server({ port: 2222, password: null }),
    server({ port: 3333, password: "three" }),
  );
  assert.deepEqual(others, []);
  assert.equal(endpoint?.port, 9999);
  assert.deepEqual(endpoint?.passwords.map(({ value }) => value), ["one", "three"]);
});

Deno.test("never sends the local OBS's password to another machine", () => {
  for (
    const host of ["192.168.1.20", "streaming-pc", "127.0.0.1.evil.example", "localhost.evil", ""]
  ) {
    for (const port of [null, 4455]) {
      assert.deepEqual(endpoints({ host, port }, server()), [{
        host,
        port: 4455,
        passwords: [],
        configRoot: null,
        disabled: false,
        isRunning: false,
      }]);
    }
  }
});

Deno.test("knows this machine by every name of its loopback", () => {
  for (const host of ["localhost", "LocalHost", "127.0.0.1", "127.8.9.10", "::1"]) {
    assert.ok(isLoopback(host), host);
  }
  for (const host of ["128.0.0.1", "127.0.0.1.example", "1127.0.0.1", "::2", "0.0.0.0"]) {
    assert.ok(!isLoopback(host), host);
  }
});
