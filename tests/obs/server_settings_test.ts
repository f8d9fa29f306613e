import assert from "node:assert/strict";
import fc from "fast-check";
import {
  findServerSettings,
  parseServerIni,
  parseServerJson,
} from "../../sidecar/obs/server_settings.ts";

const JSON_FILE = "plugin_config/obs-websocket/config.json";

const NEW_FORMAT = `{
    "alerts_enabled": false,
    "auth_required": true,
    "first_load": false,
    "server_enabled": true,
    "server_password": "gêheim pass\\"wort",
    "server_port": 4466
}`;

const OLD_FORMAT = `[General]
FirstRun=true

[OBSWebSocket]
FirstLoad=false
ServerEnabled=true
ServerPort=4444
AlertsEnabled=false
AuthRequired=true
ServerPassword=altes passwort
`;

const NEW = { enabled: true, port: 4466, password: 'gêheim pass"wort' };
const OLD = { enabled: true, port: 4444, password: "altes passwort" };

/** Reads from these files; everything else is not there. */
function find(roots: string[], files: Record<string, string | Error>) {
  return findServerSettings(roots, {
    readText(path) {
      const content = files[path] ?? new Deno.errors.NotFound(path);
      return content instanceof Error ? Promise.reject(content) : Promise.resolve(content);
    },
  });
}

Deno.test("reads the JSON of OBS 30.2 and later", () => {
  assert.deepEqual(parseServerJson(NEW_FORMAT), NEW);
});

Deno.test("reads the ini of OBS 28 to 30.1", () => {
  assert.deepEqual(parseServerIni(OLD_FORMAT), OLD);
});

Deno.test("reads both with a byte order mark and Windows's line ends", () => {
  const windows = (text: string) => `\uFEFF${text.replaceAll("\n", "\r\n")}`;
  assert.deepEqual(parseServerJson(windows(NEW_FORMAT)), NEW);
  assert.deepEqual(parseServerIni(windows(OLD_FORMAT)), OLD);
});

Deno.test("assumes what OBS assumes where a setting is missing", () => {
  const defaults = { enabled: false, port: 4455, password: null };
  assert.deepEqual(parseServerJson("{}"), defaults);
  assert.deepEqual(parseServerIni("[OBSWebSocket]\nFirstLoad=false\n"), defaults);
});

Deno.test("has no password where OBS asks for none", () => {
  const json = parseServerJson('{"auth_required":false,"server_password":"unused"}');
  assert.equal("password" in json && json.password, null);
  const ini = parseServerIni("[OBSWebSocket]\nAuthRequired=false\nServerPassword=unused\n");
  assert.equal(ini && "password" in ini && ini.password, null);
});

Deno.test("takes settings of the wrong type for missing", () => {
  for (const port of [0, -1, 65536, 4455.5, "4466", null, [], 1e999]) {
    const text = JSON.stringify({ server_port: port, server_password: 7, server_enabled: "yes" });
    assert.deepEqual(parseServerJson(text), { enabled: false, port: 4455, password: null });
  }
  for (const port of ["", "abc", "0", "70000", "-4"]) {
    const ini = parseServerIni(`[OBSWebSocket]\nServerPort=${port}\n`);
    assert.equal(ini && "port" in ini && ini.port, 4455);
  }
});

Deno.test("calls JSON damaged that is none, or no object", () => {
  for (const text of ["", "{", "null", "[]", "7", '"x"', "\u0000\u0001", NEW_FORMAT.slice(0, 40)]) {
    assert.ok("problem" in parseServerJson(text), `not damaged: ${text}`);
  }
});

Deno.test("says nothing of an ini that does not speak of obs-websocket", () => {
  assert.equal(parseServerIni("[General]\nServerPort=4444\n"), null);
  assert.equal(parseServerIni(""), null);
});

Deno.test("bears files that are cut off at any byte", () => {
  const encoder = new TextEncoder();
  const decoder = new TextDecoder();
  const [json, ini] = [encoder.encode(NEW_FORMAT), encoder.encode(OLD_FORMAT)];
  for (let length = 0; length < json.length; length++) {
    assert.ok("problem" in parseServerJson(decoder.decode(json.subarray(0, length))));
  }
  for (let length = 0; length < ini.length; length++) {
    const settings = parseServerIni(decoder.decode(ini.subarray(0, length)));
    if (settings === null) continue;
    assert.ok(!("problem" in settings) && settings.port >= 1 && settings.port <= 65535);
  }
});

Deno.test("bears any text and any JSON", () => {
  fc.assert(fc.property(fc.oneof(fc.string(), fc.json()), (text) => {
    parseServerJson(text);
    parseServerIni(text);
    parseServerIni(`[OBSWebSocket]\n${text}`);
  }));
});

Deno.test("takes an OBS's ini before its JSON, as OBS does after a downgrade and an update", async () => {
  const { servers, damaged } = await find(["/cfg"], {
    [`/cfg/${JSON_FILE}`]: NEW_FORMAT,
    "/cfg/global.ini": OLD_FORMAT,
  });
  assert.deepEqual(servers, [{ ...OLD, root: "/cfg", file: "/cfg/global.ini" }]);
  assert.deepEqual(damaged, []);
});

Deno.test("takes the JSON where OBS has emptied its section in the ini", async () => {
  const { servers } = await find(["/cfg"], {
    [`/cfg/${JSON_FILE}`]: NEW_FORMAT,
    "/cfg/global.ini": "[General]\nx=1\n\n[OBSWebSocket]\n\n",
  });
  assert.deepEqual(servers, [{ ...NEW, root: "/cfg", file: `/cfg/${JSON_FILE}` }]);
});

Deno.test("finds each OBS of the machine, in the order of its places", async () => {
  const { servers } = await find(["/native", "/flatpak", "/snap"], {
    "/native/global.ini": OLD_FORMAT,
    [`/snap/${JSON_FILE}`]: NEW_FORMAT,
  });
  assert.deepEqual(servers, [
    { ...OLD, root: "/native", file: "/native/global.ini" },
    { ...NEW, root: "/snap", file: `/snap/${JSON_FILE}` },
  ]);
});

Deno.test("says so when the JSON is half-written", async () => {
  const { servers, damaged } = await find(["/cfg"], {
    [`/cfg/${JSON_FILE}`]: NEW_FORMAT.slice(0, -10),
    "/cfg/global.ini": "[General]\n",
  });
  assert.deepEqual(servers, []);
  assert.deepEqual(damaged, [{ file: `/cfg/${JSON_FILE}`, problem: "it is not valid JSON" }]);
});

Deno.test("says which file may not be read", async () => {
  const { servers, damaged } = await find(["/cfg"], {
    [`/cfg/${JSON_FILE}`]: new Deno.errors.PermissionDenied("no"),
  });
  assert.deepEqual(servers, []);
  assert.deepEqual(damaged, [{ file: `/cfg/${JSON_FILE}`, problem: "it cannot be read" }]);
});

Deno.test("finds nothing where there is no OBS", async () => {
  assert.deepEqual(await find(["/cfg", "/other"], {}), { servers: [], damaged: [] });
});
