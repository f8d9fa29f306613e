import assert from "node:assert/strict";
import fc from "fast-check";
import { escapeValue } from "../../sidecar/setup/ini_places.ts";
import { lookAtInstallation } from "../../sidecar/setup/installation.ts";
import { exists, listCollections, look, readText } from "../../sidecar/setup/look.ts";
import { planSetup, planUndo } from "../../sidecar/setup/plan.ts";
import type { FileEdit } from "../../sidecar/setup/workspace.ts";

const URL_OF_DOCK = `http://127.0.0.1:4477/#token=${"t".repeat(43)}`;
const WISHES = {
  dockUrl: URL_OF_DOCK,
  overlay: { script: "/p/lua/obs_telemetry.lua", bridge: "/d/bridge.json" },
  startWithObs: true,
  launcher: "/p/obs-telemetry",
  records: [],
  newPassword: () => "generated",
  newUuid: () => "0".repeat(32),
};

/** OBS's files with these texts. */
interface Texts {
  ini: string;
  json: string | null;
  scenes: string;
}

/** Sets up and undoes; what was there between and what is there afterwards. */
async function roundTrip(root: string, { ini, json, scenes }: Texts) {
  const paths = {
    ini: `${root}/global.ini`,
    json: `${root}/plugin_config/obs-websocket/config.json`,
    scenes: `${root}/basic/scenes/A.json`,
  };
  await Deno.mkdir(`${root}/plugin_config/obs-websocket`, { recursive: true });
  await Deno.mkdir(`${root}/basic/scenes`, { recursive: true });
  await Deno.writeTextFile(paths.ini, ini);
  if (json === null) await Deno.remove(paths.json).catch(() => {});
  else await Deno.writeTextFile(paths.json, json);
  await Deno.writeTextFile(paths.scenes, scenes);
  const installation = await lookAtInstallation(root, { readText, exists });
  assert.ok(installation !== null);
  const wishes = {
    ...WISHES,
    installations: [installation],
    collections: new Map([[root, [paths.scenes]]]),
  };
  const plan = await planSetup(wishes);
  await write(plan.edits);
  const records = plan.edits.flatMap((edit) => edit.records);
  const again = await planSetup({ ...wishes, records });
  const between = await Deno.readTextFile(paths.scenes);
  await write((await planUndo(records, { look, listCollections })).edits);
  const bytes = async (path: string) =>
    new TextDecoder("utf-8", { ignoreBOM: true }).decode(await Deno.readFile(path));
  const after: Texts = {
    ini: await bytes(paths.ini),
    json: json === null ? null : await bytes(paths.json),
    scenes: await bytes(paths.scenes),
  };
  return { between, after, again: again.edits };
}

async function write(edits: readonly FileEdit[]): Promise<void> {
  for (const { path, after } of edits) await Deno.writeFile(path, after);
}

async function inFolder(work: (folder: string) => Promise<void>): Promise<void> {
  const folder = await Deno.makeTempDir({ prefix: "setup-plan-" });
  try {
    await work(folder);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

const anyDocks = fc.oneof(
  fc.array(fc.record({ title: fc.string(), url: fc.webUrl(), uuid: fc.string() }), { maxLength: 3 })
    .chain((docks) => fc.constantFrom(JSON.stringify(docks), JSON.stringify(docks, null, 2))),
  fc.string(),
  fc.constantFrom("", " ", "[ ]", "{}", "null"),
).map(escapeValue);

const anyIni = fc.tuple(
  fc.constantFrom("", "\uFEFF"),
  fc.constantFrom("\n", "\r\n"),
  fc.array(
    fc.oneof(
      fc.constantFrom("[OBSWebSocket]", "[BasicWindow]", "[X]", "", "# note", "ServerEnabled=0"),
      fc.constantFrom("ServerPassword=", "AuthRequired=false", "[BasicWindow", "[]", "Unknown"),
      anyDocks.map((docks) => `ExtraBrowserDocks=${docks}`),
    ),
    { maxLength: 10 },
  ),
).map(([mark, eol, lines]) => mark + lines.join(eol));

const anyScenes = fc.tuple(
  fc.dictionary(fc.string(), fc.jsonValue({ maxDepth: 3 })),
  fc.option(fc.tuple(
    fc.dictionary(fc.string(), fc.jsonValue({ maxDepth: 2 })),
    fc.option(
      fc.array(fc.record({ path: fc.string(), settings: fc.constant({}) }), { maxLength: 3 }),
    ),
  )),
  fc.constantFrom(undefined, 4),
).map(([rest, modules, space]) => {
  const scripts = modules?.[1] ?? null;
  const value = modules === null ? rest : {
    ...rest,
    modules: { ...modules[0], ...(scripts === null ? {} : { "scripts-tool": scripts }) },
  };
  return JSON.stringify(value, null, space);
});

const anyServer = fc.option(
  fc.oneof(
    fc.record({
      server_enabled: fc.constantFrom(true, false, 1, "true"),
      server_password: fc.constantFrom("", "x", null),
      auth_required: fc.boolean(),
    }, { requiredKeys: [] }).map((value) => JSON.stringify(value, null, 4)),
    fc.constantFrom("[]", "{", ""),
  ),
);

Deno.test("whatever OBS's files hold, undo gives every byte back, and a second setup has nothing to do", () =>
  inFolder(async (root) => {
    await fc.assert(
      fc.asyncProperty(anyIni, anyServer, anyScenes, async (ini, json, scenes) => {
        const { after, again } = await roundTrip(root, { ini, json, scenes });
        assert.deepEqual(after, { ini, json, scenes });
        assert.deepEqual(again, []);
      }),
      { numRuns: 400 },
    );
  }));

Deno.test("files that are cut at any byte come back whole, and a cut scene collection is not touched", () =>
  inFolder(async (root) => {
    const whole = {
      ini: "[OBSWebSocket]\r\nServerEnabled=false\r\nServerPassword=\r\n[BasicWindow]\r\n" +
        'ExtraBrowserDocks=[{"title":"a\\\\"}]\r\n',
      json: null,
      scenes: '{"modules": {"scripts-tool": [], "n": 9223372036854775807}}',
    };
    for (let length = 0; length < whole.ini.length; length++) {
      const texts = { ...whole, ini: whole.ini.slice(0, length) };
      assert.deepEqual((await roundTrip(root, texts)).after, texts);
    }
    for (let length = 0; length < whole.scenes.length; length++) {
      const texts = { ...whole, scenes: whole.scenes.slice(0, length) };
      const { between, after } = await roundTrip(root, texts);
      assert.equal(between, texts.scenes);
      assert.deepEqual(after, texts);
    }
  }));
