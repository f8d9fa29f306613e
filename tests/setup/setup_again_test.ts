/** Setup after setup: with other addresses and folders, through links, beside another setup. */
import assert from "node:assert/strict";
import { pathToFileURL } from "node:url";
import { readManifest } from "../../sidecar/setup/manifest.ts";
import { docksIn, GLOBAL_29, obs29, SCENES, scriptsIn } from "./obs_files.ts";
import { createSetupRig, SCRIPT, type SetupRig, tokenOf } from "./setup_rig.ts";

/** The program in another folder. */
function moveProgram(rig: SetupRig, folder: string): string {
  const script = `${rig.home}/${folder}/lua/obs_telemetry.lua`;
  rig.write(script, "-- the overlay\n");
  rig.dist = pathToFileURL(`${rig.home}/${folder}/sidecar/dist/`);
  return script;
}

Deno.test("after three setups undo gives the user's own dock its first address back", async () => {
  using rig = createSetupRig();
  obs29(rig);
  const first = `http://127.0.0.1:4477/#token=${"a".repeat(43)}`;
  for (const id of ['"uuid":"7",', '"uuid":"",', ""]) {
    const line = `ExtraBrowserDocks=[ {"title":"T",${id}"url":"${first}"} ]`;
    rig.write("global.ini", `${GLOBAL_29}\n[BasicWindow]\n${line}\n`);
    const before = rig.files();
    for (const port of ["5001", "5002", "5003"]) {
      assert.equal((await rig.run("--yes", "--port", port)).code, 0);
    }
    assert.equal(
      docksIn(rig.read("global.ini"))[0]?.url,
      `http://127.0.0.1:5003/#token=${tokenOf(rig)}`,
    );
    assert.equal((await rig.run("--undo", "--yes")).code, 0);
    assert.deepEqual(rig.files(), before);
  }
});

Deno.test("undo takes the record of a setup that did not note the address", async () => {
  using rig = createSetupRig();
  obs29(rig);
  const before = rig.files();
  await rig.run("--yes");
  const manifest = `${rig.dataDir}/setup/manifest.json`;
  const { version, changes } = JSON.parse(rig.read(manifest));
  for (const change of changes) if (change.kind === "dock") delete change.digest;
  rig.write(manifest, JSON.stringify({ version, changes }));
  assert.equal((await rig.run("--undo", "--yes")).code, 0);
  assert.deepEqual(rig.files(), before);
});

Deno.test("undo gives back the address that the user put in between two setups", async () => {
  using rig = createSetupRig();
  obs29(rig);
  const own = (letter: string) => `http://127.0.0.1:4477/#token=${letter.repeat(43)}`;
  const line = `ExtraBrowserDocks=[{"title":"T","uuid":"7","url":"${own("a")}"}]`;
  rig.write("global.ini", `${GLOBAL_29}\n[BasicWindow]\n${line}\n`);
  await rig.run("--yes", "--port", "5001");
  rig.write(
    "global.ini",
    rig.read("global.ini").replace(/http:\/\/127[^"]*/, own("b")),
  );
  await rig.run("--yes", "--port", "5002");
  await rig.run("--undo", "--yes");
  assert.equal(docksIn(rig.read("global.ini"))[0]?.url, own("b"));
});

Deno.test("after the data directory moved twice undo gives the first bridge file back", async () => {
  using rig = createSetupRig();
  obs29(rig);
  rig.write(
    "basic/scenes/Mine.json",
    `{"modules": {"scripts-tool": [{"settings": {"bridge_file": "/old"}, "path": "${SCRIPT}"}]}}`,
  );
  const before = rig.files();
  await rig.run("--yes");
  let last = rig.dataDir;
  for (const folder of ["data2", "data3"]) {
    const next = `${rig.home}/${folder}`;
    Deno.renameSync(last, next);
    last = next;
    assert.equal((await rig.run("--yes", "--data-dir", next)).code, 0);
    const [script] = scriptsIn(rig.read("basic/scenes/Mine.json"));
    assert.deepEqual(script?.settings, { bridge_file: `${next}/bridge.json` });
  }
  assert.equal((await rig.run("--undo", "--yes", "--data-dir", last)).code, 0);
  assert.deepEqual(rig.files(), before);
});

Deno.test("a program that moved takes its own old script's place, with the user's settings of it", async () => {
  using rig = createSetupRig();
  obs29(rig);
  const before = rig.files();
  const old = moveProgram(rig, "one");
  await rig.run("--yes");
  assert.equal(scriptsIn(rig.read("basic/scenes/Mine.json"))[0]?.path, old);
  // As OBS writes it: the settings first.
  rig.write(
    "basic/scenes/Mine.json",
    rig.read("basic/scenes/Mine.json").replace(
      /\[\{"path".*?\}\}\]/,
      `[{"settings":{"hue":3,"bridge_file":"${rig.dataDir}/bridge.json"},"path":"${old}"}]`,
    ),
  );
  const [moved, newData] = [moveProgram(rig, "two"), `${rig.home}/data2`];
  Deno.renameSync(rig.dataDir, newData);
  const { code, printed } = await rig.run("--yes", "--data-dir", newData);
  assert.equal(code, 0, printed);
  assert.match(printed, /replace the overlay's script .*one.* by .*two/);
  assert.deepEqual(scriptsIn(rig.read("basic/scenes/Mine.json")), [
    { path: moved, settings: { hue: 3, bridge_file: `${newData}/bridge.json` } },
  ]);
  assert.match((await rig.run("--yes", "--data-dir", newData)).printed, /Nothing is to be done/);
  const records = await readManifest(`${newData}/setup/manifest.json`);
  assert.deepEqual(
    records.flatMap((each) => each.kind === "script" ? [[each.path, each.added]] : []),
    [[moved, "entry"]],
  );
  assert.equal((await rig.run("--undo", "--yes", "--data-dir", newData)).code, 0);
  assert.deepEqual(rig.files(), before);
});

Deno.test("two folders of OBS's that are one through a link are set up once", async () => {
  using rig = createSetupRig();
  obs29(rig);
  const before = rig.files();
  const flatpak = `${rig.home}/.var/app/com.obsproject.Studio/config`;
  Deno.mkdirSync(flatpak, { recursive: true });
  Deno.symlinkSync(rig.root, `${flatpak}/obs-studio`);
  const { code, printed } = await rig.run("--yes");
  assert.equal(code, 0, printed);
  assert.equal(printed.match(/^OBS 29.* in /gm)?.length, 1);
  assert.equal(docksIn(rig.read("global.ini")).length, 1);
  assert.equal((await rig.run("--undo", "--yes")).code, 0);
  assert.deepEqual(rig.files(), before);
});

Deno.test("a file that two folders of OBS's share through a link is changed once", async () => {
  using rig = createSetupRig();
  obs29(rig);
  const before = rig.files();
  const flatpak = `${rig.home}/.var/app/com.obsproject.Studio/config/obs-studio`;
  rig.write(`${flatpak}/global.ini`, GLOBAL_29);
  Deno.symlinkSync(`${rig.root}/basic`, `${flatpak}/basic`);
  const { code, printed } = await rig.run("--yes");
  assert.equal(code, 0, printed);
  assert.equal(scriptsIn(rig.read("basic/scenes/Mine.json")).length, 1);
  assert.equal(docksIn(rig.read(`${flatpak}/global.ini`)).length, 1);
  assert.equal((await rig.run("--undo", "--yes")).code, 0);
  assert.deepEqual(rig.files(), before);
  assert.equal(rig.read(`${flatpak}/global.ini`), GLOBAL_29);
});

Deno.test("a scene collection that cannot be read matters only if it is chosen", async () => {
  using rig = createSetupRig();
  obs29(rig);
  Deno.symlinkSync(rig.home, `${rig.root}/basic/scenes/Broken.json`);
  const { code, printed } = await rig.run("--yes");
  assert.equal(code, 0, printed);
  const chosen = await rig.run("--yes", "--collection", "Broken");
  assert.equal(chosen.code, 1);
  assert.match(chosen.printed, /Broken\.json is left alone: /);
  assert.match(chosen.printed, /Not done: the overlay \(.*Broken\.json\)/);
  // The record's collection got another name: it is looked for among the others.
  Deno.renameSync(`${rig.root}/basic/scenes/Mine.json`, `${rig.root}/basic/scenes/New.json`);
  assert.equal((await rig.run("--undo", "--yes")).code, 0);
  assert.equal(rig.read("basic/scenes/New.json"), SCENES);
});
