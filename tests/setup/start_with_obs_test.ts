import assert from "node:assert/strict";
import { pathToFileURL } from "node:url";
import { obs29, scriptsIn } from "./obs_files.ts";
import { createSetupRig, SCRIPT, type SetupRig } from "./setup_rig.ts";

const SCENES = "basic/scenes/Mine.json";
const QUESTION = "Start the sidecar with OBS? [Y/n]";

/** Lets the rig's program be an unpacked package; returns its script. */
function unpackPackage(rig: SetupRig, name = "package"): string {
  const script = `${rig.home}/${name}/lua/obs_telemetry.lua`;
  rig.write(script, "-- the overlay\n");
  rig.write(`${rig.home}/${name}/obs-telemetry`, "#!/bin/sh\n");
  rig.dist = pathToFileURL(`${rig.home}/${name}/sidecar/dist/`);
  return script;
}

/** A collection with the script of another folder, which setup did not add. */
function otherScript(rig: SetupRig, settings: Record<string, unknown> | null): void {
  const entry = { ...settings === null ? {} : { settings }, path: "/other/obs_telemetry.lua" };
  rig.write(SCENES, JSON.stringify({ modules: { "scripts-tool": [entry] } }, null, 4));
}

function settings(rig: SetupRig): Record<string, unknown> | undefined {
  return scriptsIn(rig.read(SCENES))[0]?.settings;
}

Deno.test("a package's setup offers the start with OBS, yes unless told no, and asks no more once it is on", async () => {
  using rig = createSetupRig();
  obs29(rig);
  unpackPackage(rig);
  const before = rig.files();
  const bridge_file = `${rig.dataDir}/bridge.json`;
  rig.answers = ["no", "y"];
  const declined = await rig.run();
  assert.equal(declined.code, 0, declined.printed);
  assert.match(declined.printed, /Start OBS, and the sidecar with "deno task start"/);
  assert.deepEqual(settings(rig), { bridge_file });

  rig.answers = ["perhaps", "", "y"];
  const accepted = await rig.run();
  assert.equal(accepted.code, 0, accepted.printed);
  assert.match(accepted.printed, /"perhaps" is none of that/);
  assert.match(accepted.printed, /let the overlay's script start the sidecar with OBS/);
  assert.match(accepted.printed, /Start OBS: the sidecar starts with it/);
  assert.deepEqual(settings(rig), { bridge_file, start_with_obs: true });

  rig.answers = ["unasked"];
  const again = await rig.run();
  assert.match(again.printed, /Nothing is to be done/);
  assert.ok(!again.printed.includes(QUESTION));
  await rig.run("--undo", "--yes");
  assert.deepEqual(rig.files(), before);
});

Deno.test("Enter at each question connects OBS, once its changes are shown", async () => {
  using rig = createSetupRig();
  obs29(rig);
  unpackPackage(rig);
  rig.answers = ["", ""];
  const { code, printed } = await rig.run();
  assert.equal(code, 0, printed);
  assert.match(printed, /Start the sidecar with OBS\?[^]*add the dock[^]*Make these changes\?/);
  assert.equal(settings(rig)?.["start_with_obs"], true);
});

Deno.test("the start with OBS is put in unasked only where a flag says so", async () => {
  using rig = createSetupRig();
  obs29(rig);
  unpackPackage(rig);
  await rig.run("--yes");
  assert.equal(settings(rig)?.["start_with_obs"], undefined);
  const { code, printed } = await rig.run("--yes", "--start-with-obs");
  assert.equal(code, 0, printed);
  assert.equal(settings(rig)?.["start_with_obs"], true);
  assert.match((await rig.run("--yes", "--start-with-obs")).printed, /Nothing is to be done/);
  assert.equal((await rig.run("--undo", "--yes", "--start-with-obs")).code, 2);
});

Deno.test("a script of the user's gets its earlier setting back, unless they switched the start off", async () => {
  using rig = createSetupRig();
  obs29(rig);
  const script = unpackPackage(rig);
  const entry = { settings: { hue: 3, start_with_obs: false }, path: script };
  rig.write(SCENES, JSON.stringify({ modules: { "scripts-tool": [entry] } }, null, 4));
  const before = rig.files();
  rig.answers = ["", "y"];
  assert.equal((await rig.run()).code, 0);
  assert.equal(settings(rig)?.["start_with_obs"], true);
  assert.equal((await rig.run("--undo", "--yes")).code, 0);
  assert.deepEqual(rig.files(), before);

  await rig.run("--yes", "--start-with-obs");
  rig.write(SCENES, rig.read(SCENES).replace('"start_with_obs": true', '"start_with_obs": false'));
  assert.equal((await rig.run("--undo", "--yes")).code, 0);
  assert.deepEqual(rig.files(), before);
});

Deno.test("a package that moved goes on starting with OBS", async () => {
  using rig = createSetupRig();
  obs29(rig);
  const before = rig.files();
  unpackPackage(rig, "one");
  await rig.run("--yes", "--start-with-obs");
  const moved = unpackPackage(rig, "two");
  rig.answers = ["y"];
  const { printed } = await rig.run();
  assert.ok(!printed.includes(QUESTION), printed);
  const [script] = scriptsIn(rig.read(SCENES));
  assert.deepEqual([script?.path, script?.settings["start_with_obs"]], [moved, true]);
  await rig.run("--undo", "--yes");
  assert.deepEqual(rig.files(), before);
});

Deno.test("sources have no program for OBS to start, and a sandboxed OBS could not start it", async () => {
  using rig = createSetupRig();
  obs29(rig);
  rig.answers = ["y"];
  const { code, printed } = await rig.run();
  assert.equal(code, 0, printed);
  assert.ok(!printed.includes(QUESTION));
  assert.equal(scriptsIn(rig.read(SCENES))[0]?.path, SCRIPT);
  const refused = await rig.run("--yes", "--start-with-obs");
  assert.equal(refused.code, 2);
  assert.match(refused.printed, /no program here that OBS could start.*autostart on/);

  using flatpak = createSetupRig();
  const root = `${flatpak.home}/.var/app/com.obsproject.Studio/config/obs-studio`;
  flatpak.write(`${root}/global.ini`, "[General]\nLastVersion=486539264\n");
  flatpak.write(`${root}/${SCENES}`, '{"name":"Mine"}');
  unpackPackage(flatpak);
  const told = await flatpak.run("--yes", "--start-with-obs");
  assert.equal(told.code, 1, told.printed);
  assert.match(told.printed, /Flatpak's OBS may start no program.*autostart on/);
  assert.match(told.printed, /Not done: the start with OBS \(/);
  assert.ok(!flatpak.read(`${root}/${SCENES}`).includes("start_with_obs"));
  flatpak.answers = ["unasked"];
  assert.ok(!(await flatpak.run()).printed.includes(QUESTION));
});

Deno.test("a script of another folder starts the sidecar too, with this package's program", async () => {
  using rig = createSetupRig();
  obs29(rig);
  unpackPackage(rig);
  otherScript(rig, { hue: 3 });
  const before = rig.files();
  rig.answers = ["y", "y"];
  const { code, printed } = await rig.run();
  assert.equal(code, 0, printed);
  assert.match(printed, /start the sidecar with OBS: .*\/package\/obs-telemetry\n/);
  assert.match(printed, /Start OBS: the sidecar starts with it/);
  const launcher = `${rig.home}/package/obs-telemetry`;
  assert.deepEqual(settings(rig), { hue: 3, start_with_obs: true, launcher });
  assert.match((await rig.run("--yes", "--start-with-obs")).printed, /nothing is to be done/);
  assert.equal((await rig.run("--undo", "--yes")).code, 0);
  assert.deepEqual(rig.files(), before);
});

Deno.test("a program that the user chose for a script of another folder stays", async () => {
  using rig = createSetupRig();
  obs29(rig);
  unpackPackage(rig);
  otherScript(rig, { launcher: "/mine/obs-telemetry" });
  assert.equal((await rig.run("--yes", "--start-with-obs")).code, 0);
  assert.deepEqual(settings(rig), { launcher: "/mine/obs-telemetry", start_with_obs: true });

  otherScript(rig, {});
  await rig.run("--yes", "--start-with-obs");
  rig.write(SCENES, rig.read(SCENES).replace("/package/", "/chosen since/"));
  await rig.run("--undo", "--yes");
  assert.deepEqual(settings(rig), { launcher: `${rig.home}/chosen since/obs-telemetry` });
});

Deno.test("a start with OBS that cannot be is told as not done, and not asked for", async () => {
  using rig = createSetupRig();
  obs29(rig);
  unpackPackage(rig);
  const wanted = ["--yes", "--start-with-obs"];
  otherScript(rig, null);
  const noSettings = await rig.run(...wanted);
  assert.equal(noSettings.code, 1, noSettings.printed);
  assert.match(noSettings.printed, /Mine\.json is left alone: it has no settings of the overlay's/);
  assert.match(noSettings.printed, /Not done: the start with OBS \(.*Mine\.json\)\./);
  rig.answers = ["unasked"];
  assert.ok(!(await rig.run()).printed.includes(QUESTION));

  Deno.removeSync(`${rig.root}/${SCENES}`);
  rig.answers = [];
  const noCollection = await rig.run(...wanted);
  assert.equal(noCollection.code, 1, noCollection.printed);
  assert.match(noCollection.printed, /no scene collection yet/);
  assert.match(noCollection.printed, /Not done: the start with OBS \(.*obs-studio\)\./);
  assert.equal((await rig.run(...wanted, "--dry-run")).code, 1);
  assert.equal((await rig.run("--yes")).code, 0);
});

Deno.test("one OBS that starts the sidecar is enough beside one that cannot", async () => {
  using rig = createSetupRig();
  obs29(rig);
  unpackPackage(rig);
  const root = `${rig.home}/.var/app/com.obsproject.Studio/config/obs-studio`;
  rig.write(`${root}/global.ini`, "[General]\nLastVersion=486539264\n");
  rig.write(`${root}/${SCENES}`, '{"name":"Mine"}');
  const { code, printed } = await rig.run("--yes", "--start-with-obs");
  assert.equal(code, 0, printed);
  assert.match(printed, /Flatpak's OBS may start no program/);
  assert.equal(settings(rig)?.["start_with_obs"], true);
});
