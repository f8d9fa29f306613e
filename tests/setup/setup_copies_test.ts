import assert from "node:assert/strict";
import { readManifest } from "../../sidecar/setup/manifest.ts";
import { formsInFiles, newCanary } from "../vault/canary.ts";
import { GLOBAL_29, obs29, obs31, SCENES } from "./obs_files.ts";
import { createSetupRig } from "./setup_rig.ts";

Deno.test("no secret of OBS's files lies in the data directory after setup and undo", async () => {
  const [password, jsonPassword, dockToken, widget, key] = Array.from({ length: 5 }, newCanary);
  const docks = `[{"title":"Chat","url":"https://chat.example/?t=${dockToken}#${dockToken}"}]`;
  const scenes = JSON.stringify({
    ...JSON.parse(SCENES.replace("1e400", "1")),
    sources: [
      { settings: { url: `https://alerts.example/${widget}` } },
      { settings: { input: `rtmp://u:${key}@live.example/app/${key}` } },
    ],
  });
  for (const write of [obs29, obs31]) {
    using rig = createSetupRig();
    write(rig);
    const ini = write === obs29 ? GLOBAL_29.replace("=mine", `=${password}`) : rig.read("user.ini");
    rig.write(
      write === obs29 ? "global.ini" : "user.ini",
      `${ini}\n[BasicWindow]\nExtraBrowserDocks=${docks}\n`,
    );
    if (write === obs31) {
      const json = rig.read("plugin_config/obs-websocket/config.json");
      rig.write(
        "plugin_config/obs-websocket/config.json",
        json.replace('"mine"', `"${jsonPassword}"`),
      );
    }
    rig.write("basic/scenes/Mine.json", scenes);
    const before = rig.files();
    assert.equal((await rig.run("--yes")).code, 0);
    assert.equal((await rig.run("--undo", "--yes")).code, 0);
    assert.deepEqual(rig.files(), before);
    const copies = Deno.readDirSync(`${rig.dataDir}/setup`).filter(({ isDirectory }) => isDirectory)
      .toArray();
    assert.equal(copies.length, 2);
    for (const secret of [password, jsonPassword, dockToken, widget, key]) {
      assert.deepEqual(await formsInFiles(rig.dataDir, secret ?? ""), []);
    }
  }
});

Deno.test("no password that setup made lies in the data directory after undo", async () => {
  using rig = createSetupRig();
  obs29(rig);
  rig.write("global.ini", GLOBAL_29.replace("ServerPassword=mine\n", ""));
  await rig.run("--yes");
  const password = /^ServerPassword=(.+)$/m.exec(rig.read("global.ini"))?.[1] ?? "";
  assert.equal(password.length, 20);
  await rig.run("--undo", "--yes");
  assert.deepEqual(await formsInFiles(rig.dataDir, password), []);
});

Deno.test("keeps the copies of the last five runs", async () => {
  using rig = createSetupRig();
  obs29(rig);
  const names = () =>
    Deno.readDirSync(`${rig.dataDir}/setup`).filter(({ isDirectory }) => isDirectory)
      .map(({ name }) => name).toArray().sort();
  let nowMs = Date.UTC(2026, 0, 1);
  rig.clock = { ...rig.clock, now: () => nowMs += 60_000 };
  for (let run = 0; run < 8; run++) {
    assert.equal((await rig.run("--yes", ...run % 2 === 1 ? ["--undo"] : [])).code, 0);
  }
  assert.deepEqual(
    names(),
    [4, 5, 6, 7, 8].map((minute) => `backup-2026-01-01T00-0${minute}-00-000Z`),
  );
  assert.deepEqual(await readManifest(`${rig.dataDir}/setup/manifest.json`), []);
});

Deno.test("leaves a temporary file of OBS's where it is", async () => {
  using rig = createSetupRig();
  obs29(rig);
  rig.write("global.ini.tmp", "OBS's own");
  rig.write("basic/scenes/Mine.json.tmp", "OBS's own");
  const before = rig.files();
  assert.equal((await rig.run("--yes")).code, 0);
  assert.equal(rig.read("global.ini.tmp"), "OBS's own");
  assert.equal(rig.read("basic/scenes/Mine.json.tmp"), "OBS's own");
  await rig.run("--undo", "--yes");
  assert.deepEqual(rig.files(), before);
});
