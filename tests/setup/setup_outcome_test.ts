/** What setup says and returns at its end, and how it keeps apart from another setup. */
import assert from "node:assert/strict";
import { withFileLock } from "../../sidecar/files/file_lock.ts";
import { CONFIG_31, GLOBAL_29, obs29, obs31 } from "./obs_files.ts";
import { createSetupRig } from "./setup_rig.ts";

const INTERFACES = /listens on all network interfaces/;

Deno.test("fails, and speaks of no open server, where the server's settings are empty", async () => {
  using rig = createSetupRig();
  obs31(rig);
  rig.write("plugin_config/obs-websocket/config.json", "");
  const { code, printed } = await rig.run("--yes");
  assert.equal(code, 1);
  assert.match(printed, /Not done: OBS's WebSocket server \(/);
  assert.match(printed, /--undo/);
  assert.doesNotMatch(printed, /Done\./);
  assert.doesNotMatch(printed, INTERFACES);
  assert.equal((await rig.run("--dry-run")).code, 1);
  rig.write("plugin_config/obs-websocket/config.json", CONFIG_31);
  const mended = await rig.run("--yes");
  assert.equal(mended.code, 0);
  assert.match(mended.printed, /Done\..*/);
  assert.match(mended.printed, INTERFACES);
});

Deno.test("speaks of the open server where it is on and the rest failed", async () => {
  using rig = createSetupRig();
  obs29(rig);
  rig.write("basic/scenes/Mine.json", "{");
  const { code, printed } = await rig.run("--yes");
  assert.equal(code, 1);
  assert.match(printed, INTERFACES);
  assert.doesNotMatch((await rig.run("--undo", "--yes")).printed, INTERFACES);
});

Deno.test("undo fails where a file cannot be understood, and succeeds once it is mended", async () => {
  using rig = createSetupRig();
  obs29(rig);
  const before = rig.files();
  await rig.run("--yes");
  const scenes = rig.read("basic/scenes/Mine.json");
  rig.write("basic/scenes/Mine.json", scenes.slice(0, 40));
  const { code, printed } = await rig.run("--undo", "--yes");
  assert.equal(code, 1);
  assert.match(printed, /Not done: the overlay \(.*Mine\.json\)/);
  assert.doesNotMatch(printed, /Done\./);
  rig.write("basic/scenes/Mine.json", scenes);
  assert.equal((await rig.run("--undo", "--yes")).code, 0);
  assert.deepEqual(rig.files(), before);
});

Deno.test("undo speaks of the overlay's text source only where the overlay was put in", async () => {
  using rig = createSetupRig();
  obs29(rig);
  rig.write("basic/scenes/Other.json", '{"name": "Other"}');
  rig.answers = ["none", "y"];
  await rig.run();
  assert.doesNotMatch((await rig.run("--undo", "--yes")).printed, /text source/);
  await rig.run("--yes");
  assert.match((await rig.run("--undo", "--yes")).printed, /text source/);
});

Deno.test("what is only worth knowing ends a second setup as done", async () => {
  using rig = createSetupRig();
  obs29(rig);
  rig.write(
    "global.ini",
    GLOBAL_29.replace("=mine", "=").replace("Required=true", "Required=false"),
  );
  await rig.run("--yes");
  const { code, printed } = await rig.run("--yes");
  assert.equal(code, 0);
  assert.match(
    printed,
    /asks for no password[^]*Apart from what is told above, nothing is to be done/,
  );
});

Deno.test("holds no lock while it asks, and writes nothing if another setup wrote meanwhile", async () => {
  using rig = createSetupRig();
  obs29(rig);
  let wasFree = false;
  rig.answers = ["y"];
  rig.onAsk = () => {
    using lock = Deno.openSync(`${rig.dataDir}/setup/setup.lock`, { write: true, create: true });
    wasFree = lock.tryLockSync(true);
    rig.write(
      `${rig.dataDir}/setup/manifest.json`,
      JSON.stringify({
        version: 1,
        changes: [{
          kind: "server",
          root: "/x",
          setting: "enabled",
          digest: "",
          ini: null,
          json: null,
        }],
      }),
    );
  };
  const before = rig.files();
  const { code, printed } = await rig.run();
  assert.ok(wasFree);
  assert.equal(code, 2);
  assert.match(printed, /Another setup made changes meanwhile/);
  assert.deepEqual(rig.files(), before);
});

Deno.test("cannot run while another setup writes", async () => {
  using rig = createSetupRig();
  obs29(rig);
  const before = rig.files();
  let elapsedMs = 0;
  rig.clock = { ...rig.clock, monotonic: () => elapsedMs += 3000 };
  Deno.mkdirSync(`${rig.dataDir}/setup`, { recursive: true });
  const { code, printed } = await withFileLock(
    `${rig.dataDir}/setup/setup.lock`,
    () => rig.run("--yes"),
  );
  assert.equal(code, 2);
  assert.match(printed, /has kept .*setup\.lock locked/);
  assert.deepEqual(rig.files(), before);
});

Deno.test("cannot run where a file is in the place of setup's folder, and says so", async () => {
  using rig = createSetupRig();
  obs29(rig);
  rig.write(`${rig.dataDir}/setup`, "");
  const { code, printed } = await rig.run("--yes");
  assert.equal(code, 2);
  assert.match(printed, /Cannot make setup's folder .*data\/setup: .*Move away/);
});
