import assert from "node:assert/strict";
import { parseIni } from "../../sidecar/obs/ini.ts";
import {
  CONFIG_31,
  docksIn,
  GLOBAL_29,
  GLOBAL_31,
  obs29,
  obs31,
  SCENES,
  scriptsIn,
} from "./obs_files.ts";
import { createSetupRig, SCRIPT, tokenOf } from "./setup_rig.ts";

Deno.test("sets up OBS 29, says nothing is to be done the second time, and undoes every byte", async () => {
  using rig = createSetupRig();
  obs29(rig);
  const before = rig.files();
  const { code, printed } = await rig.run("--yes", "--port", "5555");
  assert.equal(code, 0, printed);
  const ini = rig.read("global.ini");
  const server = parseIni(ini).get("OBSWebSocket");
  assert.equal(server?.get("ServerEnabled"), "true");
  assert.equal(server?.get("ServerPassword"), "mine");
  assert.equal(server?.get("ServerPort"), "4466");
  const [dock] = docksIn(ini);
  assert.equal(dock?.url, `http://127.0.0.1:5555/#token=${tokenOf(rig)}`);
  assert.match(dock?.uuid ?? "", /^[0-9a-f]{32}$/);
  const scenes = rig.read("basic/scenes/Mine.json");
  assert.deepEqual(scriptsIn(scenes), [
    { path: SCRIPT, settings: { bridge_file: `${rig.dataDir}/bridge.json` } },
  ]);
  assert.equal(scenes.split("9223372036854775807").length, 3);
  assert.ok(!printed.includes(tokenOf(rig)) && !printed.includes("mine"));

  const after = rig.files();
  const again = await rig.run("--yes", "--port", "5555");
  assert.match(again.printed, /Nothing is to be done/);
  assert.deepEqual(rig.files(), after);

  assert.equal((await rig.run("--undo", "--yes")).code, 0);
  assert.deepEqual(rig.files(), before);
  assert.match((await rig.run("--undo", "--yes")).printed, /Nothing is to be undone/);
});

Deno.test("sets up OBS 31 in user.ini and config.json, byte order mark and line ends kept", async () => {
  using rig = createSetupRig();
  obs31(rig);
  const before = rig.files();
  assert.equal((await rig.run("--yes")).code, 0);
  assert.equal(rig.read("global.ini"), GLOBAL_31);
  const user = rig.read("user.ini");
  assert.match(
    user,
    /^\uFEFF\[Basic\]\r\nSceneCollectionFile=Mine\.json\r\n\r\n\[BasicWindow\]\r\nExtra.*\r\n$/,
  );
  assert.equal(docksIn(user).length, 1);
  assert.equal(
    rig.read("plugin_config/obs-websocket/config.json"),
    CONFIG_31.replace('"server_enabled": false', '"server_enabled": true'),
  );
  assert.equal(scriptsIn(rig.read("basic/scenes/Mine.json")).length, 1);
  await rig.run("--undo", "--yes");
  assert.deepEqual(rig.files(), before);
});

Deno.test("follows OBS 31 to the folders that [Locations] names, unless they are gone", async () => {
  using rig = createSetupRig();
  const [settings, scenes] = [`${rig.home}/settings`, `${rig.home}/scenes`];
  obs31(rig);
  rig.write(
    "global.ini",
    `${GLOBAL_31}[Locations]\r\nConfiguration=${settings}\r\nSceneCollections=${scenes}\r\n` +
      `Profiles=${rig.home}/gone\r\n`,
  );
  rig.write(`${settings}/obs-studio/user.ini`, "[Basic]\nSceneCollectionFile=Far.json\n");
  rig.write(`${scenes}/obs-studio/basic/scenes/Far.json`, '{"name": "Far"}');
  const left = rig.read("user.ini");
  assert.equal((await rig.run("--yes")).code, 0);
  assert.equal(docksIn(rig.read(`${settings}/obs-studio/user.ini`)).length, 1);
  assert.equal(scriptsIn(rig.read(`${scenes}/obs-studio/basic/scenes/Far.json`)).length, 1);
  assert.equal(rig.read("user.ini"), left);
});

Deno.test("generates a password only where none is, and takes it out again", async () => {
  using rig = createSetupRig();
  rig.write("global.ini", "[General]\nLastVersion=486539264\n");
  rig.write("basic/scenes/A.json", "{}");
  const before = rig.files();
  const { printed } = await rig.run("--yes");
  const password = parseIni(rig.read("global.ini")).get("OBSWebSocket")?.get("ServerPassword") ??
    "";
  assert.match(password, /^[A-HJ-NP-Za-hj-km-np-z2-9]{20}$/);
  assert.ok(!printed.includes(password));
  assert.ok(!Deno.readTextFileSync(`${rig.dataDir}/setup/manifest.json`).includes(password));
  await rig.run("--undo", "--yes");
  assert.deepEqual(rig.files(), before);
});

Deno.test("gives no password to a server that asks for none", async () => {
  using rig = createSetupRig();
  obs31(rig);
  rig.write(
    "plugin_config/obs-websocket/config.json",
    '{"server_enabled": false, "auth_required": false, "server_password": ""}',
  );
  const { printed } = await rig.run("--yes");
  assert.match(printed, /asks for no password/);
  assert.equal(
    rig.read("plugin_config/obs-websocket/config.json"),
    '{"server_enabled": true, "auth_required": false, "server_password": ""}',
  );
});

Deno.test("undo follows the server's settings to config.json when OBS was updated meanwhile", async () => {
  using rig = createSetupRig();
  obs29(rig);
  await rig.run("--yes");
  // As obs-websocket of OBS 30.2 moves them.
  const ini = rig.read("global.ini").replace(/\[OBSWebSocket\][^[]*/, "[OBSWebSocket]\n\n");
  rig.write("global.ini", ini);
  rig.write(
    "plugin_config/obs-websocket/config.json",
    CONFIG_31.replace('"server_enabled": false', '"server_enabled": true'),
  );
  assert.equal((await rig.run("--undo", "--yes")).code, 0);
  assert.equal(rig.read("plugin_config/obs-websocket/config.json"), CONFIG_31);
});

Deno.test("undo keeps what OBS and the user changed since", async () => {
  using rig = createSetupRig();
  obs29(rig);
  await rig.run("--yes");
  const [dock] = docksIn(rig.read("global.ini"));
  const docks = JSON.stringify([{ title: "Chat", url: "https://chat/\\", uuid: "1" }, dock]);
  rig.write(
    "global.ini",
    rig.read("global.ini").replace(
      /ExtraBrowserDocks=.*/,
      () => `ExtraBrowserDocks=${docks.replaceAll("\\", "\\\\")}`,
    ) + "[New]\na=1\n",
  );
  const scenes = JSON.parse(rig.read("basic/scenes/Mine.json").replace("1e400", "2"));
  scenes.modules["scripts-tool"].unshift({ path: "/other.lua", settings: {} });
  rig.write("basic/scenes/Mine.json", JSON.stringify({ extra: true, ...scenes }, null, 4));
  assert.equal((await rig.run("--undo", "--yes")).code, 0);
  const ini = rig.read("global.ini");
  assert.deepEqual(docksIn(ini), [{ title: "Chat", url: "https://chat/\\", uuid: "1" }]);
  assert.equal(parseIni(ini).get("New")?.get("a"), "1");
  const left = JSON.parse(rig.read("basic/scenes/Mine.json"));
  assert.deepEqual(left.modules["scripts-tool"], [{ path: "/other.lua", settings: {} }]);
  assert.equal(left.extra, true);
});

Deno.test("undo does not mind what the user deleted, and leaves a dock that shows another page", async () => {
  using rig = createSetupRig();
  obs29(rig);
  await rig.run("--yes");
  Deno.removeSync(`${rig.root}/basic/scenes/Mine.json`);
  rig.write(
    "global.ini",
    rig.read("global.ini").replace(/http:\/\/127[^"]*/, "https://example.com/")
      .replace("ServerEnabled=true", "ServerEnabled=false"),
  );
  const before = rig.files();
  const { code, printed } = await rig.run("--undo", "--yes");
  assert.equal(code, 0);
  assert.match(printed, /shows another page now/);
  assert.deepEqual(rig.files(), before);
});

Deno.test("brings the dock's address up to date and touches no other dock", async () => {
  using rig = createSetupRig();
  obs29(rig);
  await rig.run("--yes");
  const before = docksIn(rig.read("global.ini"));
  Deno.removeSync(`${rig.dataDir}/api-token`);
  assert.match((await rig.run("--yes", "--port", "5000")).printed, /up to date/);
  const after = docksIn(rig.read("global.ini"));
  assert.deepEqual(after.map(({ uuid }) => uuid), before.map(({ uuid }) => uuid));
  assert.equal(after[0]?.url, `http://127.0.0.1:5000/#token=${tokenOf(rig)}`);
  await rig.run("--undo", "--yes");
  assert.equal(rig.read("global.ini"), GLOBAL_29);
});

Deno.test("the user's own dock gets the new address, and its old one back", async () => {
  using rig = createSetupRig();
  obs29(rig);
  const old = `http://127.0.0.1:4477/#token=${"a".repeat(43)}`;
  const line = `ExtraBrowserDocks=[ {"title":"T","url":"${old}","uuid":"7"} ]`;
  rig.write("global.ini", `${GLOBAL_29}\n[BasicWindow]\n${line}\n`);
  const before = rig.files();
  await rig.run("--yes");
  assert.deepEqual(docksIn(rig.read("global.ini")), [
    { title: "T", url: `http://127.0.0.1:4477/#token=${tokenOf(rig)}`, uuid: "7" },
  ]);
  await rig.run("--undo", "--yes");
  assert.deepEqual(rig.files(), before);
});

Deno.test("leaves a list of docks alone that is no JSON, and fails", async () => {
  using rig = createSetupRig();
  obs29(rig);
  rig.write("global.ini", `${GLOBAL_29}\n[BasicWindow]\nExtraBrowserDocks=[{"title"\n`);
  const { code, printed } = await rig.run("--yes");
  assert.equal(code, 1);
  assert.match(printed, /not one that OBS can read/);
  assert.match(printed, /Changed .*Mine\.json/);
  assert.match(printed, /Not done: the dock \(/);
  assert.doesNotMatch(printed, /Done\./);
  assert.match(rig.read("global.ini"), /\nExtraBrowserDocks=\[\{"title"\n/);
});

Deno.test("leaves damaged files alone, sets up the rest, and fails each time", async () => {
  using rig = createSetupRig();
  obs29(rig);
  rig.write("basic/scenes/Mine.json", SCENES.slice(0, 50));
  const { code, printed } = await rig.run("--yes");
  assert.equal(code, 1);
  assert.match(printed, /Not done: the overlay \(.*Mine\.json\)/);
  const again = await rig.run("--yes");
  assert.equal(again.code, 1);
  assert.match(again.printed, /Not done: the overlay/);
  assert.doesNotMatch(again.printed, /[Nn]othing/);
  assert.match(printed, /Mine\.json is left alone: it is not valid JSON/);
  assert.equal(rig.read("basic/scenes/Mine.json"), SCENES.slice(0, 50));
  assert.equal(docksIn(rig.read("global.ini")).length, 1);
});

Deno.test("leaves a file alone that is not UTF-8", async () => {
  using rig = createSetupRig();
  obs29(rig);
  const bytes = new TextEncoder().encode(GLOBAL_29).with(12, 0xff);
  Deno.writeFileSync(`${rig.root}/global.ini`, bytes);
  const { printed } = await rig.run("--yes");
  assert.match(printed, /global\.ini is left alone: it is not UTF-8/);
  assert.deepEqual(Deno.readFileSync(`${rig.root}/global.ini`), bytes);
});

Deno.test("refuses while OBS runs, and when it starts between the question and the writing", async () => {
  using rig = createSetupRig();
  obs29(rig);
  const before = rig.files();
  rig.obsRuns = "OBS runs (process 7)";
  const refused = await rig.run("--yes");
  assert.equal(refused.code, 2);
  assert.match(refused.printed, /OBS runs \(process 7\)\. Close it/);
  rig.obsRuns = null;
  let looks = 0;
  rig.onLook = () => {
    if (++looks === 2) rig.obsRuns = "OBS runs (process 8)";
  };
  assert.equal((await rig.run("--yes")).code, 1);
  assert.deepEqual(rig.files(), before);
});

Deno.test("writes nothing over what another program wrote meanwhile", async () => {
  using rig = createSetupRig();
  obs29(rig);
  let looks = 0;
  rig.onLook = () => {
    if (++looks === 2) rig.write("global.ini", `${GLOBAL_29}[New]\n`);
  };
  const { code, printed } = await rig.run("--yes");
  assert.equal(code, 1);
  assert.match(printed, /another program changed it/);
  assert.equal(rig.read("global.ini"), `${GLOBAL_29}[New]\n`);
  rig.onLook = () => {};
  assert.match((await rig.run("--undo", "--yes")).printed, /Nothing is to be undone/);
});

Deno.test("a file that cannot be written: says what was done and what not, and undo works", async () => {
  using rig = createSetupRig();
  obs29(rig);
  const before = rig.files();
  const scenes = `${rig.root}/basic/scenes/Mine.json`;
  let looks = 0;
  rig.onLook = () => {
    if (++looks === 3) {
      Deno.removeSync(scenes);
      Deno.mkdirSync(scenes);
    }
  };
  const { code, printed } = await rig.run("--yes");
  assert.equal(code, 1);
  assert.match(printed, /Changed .*global\.ini/);
  assert.match(printed, /Mine\.json was not changed: /);
  assert.match(printed, /Not done: .*Mine\.json/);
  Deno.removeSync(scenes);
  rig.write("basic/scenes/Mine.json", SCENES);
  assert.equal((await rig.run("--undo", "--yes")).code, 0);
  assert.deepEqual(rig.files(), before);
});

Deno.test("a dry run writes nothing at all and shows no token", async () => {
  using rig = createSetupRig();
  obs29(rig);
  const before = rig.files();
  const { code, printed } = await rig.run("--dry-run");
  assert.equal(code, 0);
  assert.match(printed, /#token=… \(the token is not shown\)/);
  assert.match(printed, /^Nothing was changed: .* without --dry-run/m);
  assert.deepEqual(rig.files(), before);
  assert.throws(() => Deno.statSync(rig.dataDir), Deno.errors.NotFound);
  await rig.run("--yes");
  const set = rig.files();
  assert.match((await rig.run("--undo", "--dry-run")).printed, /remove the dock/);
  assert.deepEqual(rig.files(), set);
});

Deno.test("asks at a terminal, and refuses without one unless told to go on", async () => {
  using rig = createSetupRig();
  obs29(rig);
  const before = rig.files();
  assert.equal((await rig.run()).code, 2);
  // The last of them gives no answer: the input ends.
  for (const answers of [["no"], ["N"], ["perhaps"]]) {
    rig.answers = answers;
    const { code, printed } = await rig.run();
    assert.equal(code, 1, printed);
    assert.match(printed, /Make these changes\? \[Y\/n\]\n[^]*Nothing was changed/);
    assert.deepEqual(rig.files(), before);
  }
  rig.answers = [""];
  assert.equal((await rig.run()).code, 0);
  assert.notDeepEqual(rig.files(), before);
});

Deno.test("puts the overlay into the scene collections that the user picks", async () => {
  using rig = createSetupRig();
  obs29(rig);
  rig.write("basic/scenes/Other.json", '{"name": "Zoo \u202e", "modules": {}}');
  rig.write("basic/scenes/Third.json", '{\n    "name": "Third"\n}');
  const has = (name: string) => rig.read(`basic/scenes/${name}.json`).includes(SCRIPT);
  const before = rig.files();
  rig.answers = ["9", "2, 3", "y"];
  assert.equal((await rig.run()).code, 0);
  assert.deepEqual(["Mine", "Other", "Third"].map(has), [false, true, true]);
  await rig.run("--undo", "--yes");
  assert.deepEqual(rig.files(), before);
  assert.equal((await rig.run("--yes", "--collection", "Third", "--collection", "Mine")).code, 0);
  assert.deepEqual(["Mine", "Other", "Third"].map(has), [true, false, true]);
  assert.match((await rig.run("--yes", "--collection", "No")).printed, /no scene collection "No"/);
});

Deno.test("lets a script that is there read this data directory's bridge, and gives the old path back", async () => {
  using rig = createSetupRig();
  obs29(rig);
  rig.write(
    "basic/scenes/Mine.json",
    `{"modules": {"scripts-tool": [{"settings": {"bridge_file": "/old"}, "path": "${SCRIPT}"}]}}`,
  );
  const before = rig.files();
  await rig.run("--yes");
  assert.deepEqual(scriptsIn(rig.read("basic/scenes/Mine.json")), [
    { path: SCRIPT, settings: { bridge_file: `${rig.dataDir}/bridge.json` } },
  ]);
  await rig.run("--undo", "--yes");
  assert.deepEqual(rig.files(), before);
});

Deno.test("adds no second overlay beside one from another folder", async () => {
  using rig = createSetupRig();
  obs29(rig);
  const scenes = '{"modules":{"scripts-tool":[{"path":"/old/obs_telemetry.lua","settings":{}}]}}';
  rig.write("basic/scenes/Mine.json", scenes);
  assert.match((await rig.run("--yes")).printed, /from another folder already/);
  assert.equal(rig.read("basic/scenes/Mine.json"), scenes);
});

Deno.test("tells to start OBS once where it never ran, and where it has no scenes yet", async () => {
  using rig = createSetupRig();
  const none = await rig.run("--yes");
  assert.equal(none.code, 2);
  assert.match(none.printed, /OBS has not been started yet.*Start OBS once/);
  rig.write("global.ini", GLOBAL_29);
  const { code, printed } = await rig.run("--yes");
  assert.equal(code, 0);
  assert.match(printed, /no scene collection yet/);
  assert.match((await rig.run("--yes")).printed, /no scene collection yet/);
});

Deno.test("sets up Flatpak's and Snap's OBS too, and says what Snap's may not read", async () => {
  using rig = createSetupRig();
  const flatpak = `${rig.home}/.var/app/com.obsproject.Studio/config/obs-studio`;
  const snap = `${rig.home}/snap/obs-studio/current/.config/obs-studio`;
  for (const root of [flatpak, snap]) {
    rig.write(`${root}/global.ini`, GLOBAL_29);
    rig.write(`${root}/basic/scenes/Mine.json`, SCENES);
  }
  const { printed } = await rig.run("--yes");
  for (const root of [flatpak, snap]) {
    assert.equal(docksIn(rig.read(`${root}/global.ini`)).length, 1);
  }
  assert.match(printed, /flatpak override/);
  assert.match(printed, /Snap's OBS may not read/);
});

Deno.test("sets up a portable OBS in a given folder, and no other", async () => {
  using rig = createSetupRig();
  obs29(rig);
  const before = rig.files();
  rig.write(`${rig.home}/usb/config/obs-studio/global.ini`, GLOBAL_29);
  assert.equal((await rig.run("--yes", "--obs", `${rig.home}/usb`)).code, 0);
  assert.equal(docksIn(rig.read(`${rig.home}/usb/config/obs-studio/global.ini`)).length, 1);
  assert.deepEqual(rig.files(), before);
});

Deno.test("keeps a file's mode, and copies for the user alone", async () => {
  using rig = createSetupRig();
  obs29(rig);
  Deno.chmodSync(`${rig.root}/global.ini`, 0o640);
  await rig.run("--yes");
  assert.equal((Deno.statSync(`${rig.root}/global.ini`).mode ?? 0) & 0o777, 0o640);
  const own = `${rig.dataDir}/setup`;
  const backup = [...Deno.readDirSync(own)].find(({ name }) => name.startsWith("backup-"))?.name;
  assert.equal(
    Deno.readTextFileSync(`${own}/${backup}/1-global.ini`),
    GLOBAL_29.replace("ServerPassword=mine", "ServerPassword="),
  );
  for (const path of [`${own}/manifest.json`, `${own}/${backup}/1-global.ini`]) {
    assert.equal((Deno.statSync(path).mode ?? 0) & 0o777, 0o600);
  }
});
