import assert from "node:assert/strict";
import { Redactor } from "../../sidecar/log/redactor.ts";
import { createEndpointFinder } from "../../sidecar/obs/find_endpoints.ts";
import type { ObsProgram } from "../../sidecar/obs/obs_programs.ts";
import { keptLog } from "../log_lines.ts";

const FILE = "/cfg/plugin_config/obs-websocket/config.json";

function createRig() {
  const { log, lines } = keptLog();
  const redactor = new Redactor();
  const files: Record<string, string> = {};
  const address = { host: "localhost", port: null as number | null };
  const running: { programs: ObsProgram[]; isSettled: boolean } = {
    programs: [],
    isSettled: false,
  };
  const entered = { password: null as string | null };
  const find = createEndpointFinder({
    roots: () => Promise.resolve(["/cfg"]),
    running: () => running,
    address: () => address,
    vaultPassword: () => Promise.resolve(entered.password),
    readText(path) {
      const text = files[path];
      return text === undefined
        ? Promise.reject(new Deno.errors.NotFound(path))
        : Promise.resolve(text);
    },
    redactor,
    log,
  });
  return { find, files, address, entered, running, redactor, lines };
}

function settings(password: string, port = 4466): string {
  return JSON.stringify({ server_enabled: true, server_port: port, server_password: password });
}

Deno.test("finds OBS anew each time: its settings and the user's may have changed", async () => {
  const { find, files, address } = createRig();
  assert.deepEqual((await find()).map(({ port }) => port), [4455]);
  files[FILE] = settings("first password");
  assert.deepEqual((await find()).map(({ port }) => port), [4466]);
  files[FILE] = settings("second password", 4477);
  const [endpoint] = await find();
  assert.deepEqual(endpoint?.passwords, [{ value: "second password", source: FILE }]);
  address.host = "10.0.0.5";
  assert.deepEqual((await find()).map(({ host, passwords }) => [host, passwords]), [
    ["10.0.0.5", []],
  ]);
});

Deno.test("has the password that the user entered tried before OBS's own", async () => {
  const { find, files, address, entered } = createRig();
  files[FILE] = settings("own password");
  entered.password = "entered";
  const expected = [{ value: "entered", source: "the vault" }];
  assert.deepEqual((await find())[0]?.passwords, [...expected, {
    value: "own password",
    source: FILE,
  }]);
  address.port = 9999;
  assert.equal((await find())[0]?.passwords[0]?.value, "entered");
  address.host = "10.0.0.5";
  assert.deepEqual((await find())[0]?.passwords, expected);
});

Deno.test("keeps the passwords that it finds out of the log from then on", async () => {
  const { find, files, redactor } = createRig();
  files[FILE] = settings("first password");
  await find();
  assert.equal(redactor.redact("it is first password"), "it is [redacted]");
});

Deno.test("tells once of settings that it cannot use, and what to do, without their content", async () => {
  const { find, files, lines } = createRig();
  files[FILE] = settings("canary-password").slice(0, -1);
  for (let time = 0; time < 3; time++) await find();
  assert.equal(lines.length, 1);
  assert.match(
    lines[0] ?? "",
    /^warn: Cannot use OBS's settings in .*config\.json: it is not valid/,
  );
  assert.match(lines[0] ?? "", /press OK to write them anew\.$/);
  assert.ok(!lines.join().includes("canary"));
});

Deno.test("takes port and password that OBS was started with over its settings", async () => {
  const { find, files, running, address, redactor } = createRig();
  files[FILE] = settings("own password");
  running.programs = [{ pid: 5, port: 4499, password: "started with", portableRoot: null }];
  const started = { value: "started with", source: "OBS's command line" };
  const own = { value: "own password", source: FILE };
  assert.deepEqual((await find()).map(({ port, passwords }) => [port, passwords]), [
    [4499, [started, own]],
    [4466, [started, own]],
  ]);
  assert.equal(redactor.redact("it is started with"), "it is [redacted]");
  address.port = 4466;
  assert.deepEqual((await find()).map(({ port }) => port), [4466]);
  address.host = "10.0.0.5";
  assert.deepEqual((await find()).map(({ passwords }) => passwords), [[]]);
});

Deno.test("finds a portable OBS that runs from anywhere, by the place of its program", async () => {
  const { find, files, running } = createRig();
  const root = "D:\\OBS\\config\\obs-studio";
  files[`${root}/plugin_config/obs-websocket/config.json`] = settings("portable", 4488);
  running.programs = [{ pid: 5, port: null, password: null, portableRoot: root }];
  const [endpoint] = await find();
  assert.equal(endpoint?.port, 4488);
  assert.equal(endpoint?.passwords[0]?.value, "portable");
  assert.equal(endpoint?.configRoot, root);
});
