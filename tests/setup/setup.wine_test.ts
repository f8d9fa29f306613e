/** Setup on Windows: the list of processes, paths with a drive, files that are replaced. */
import assert from "node:assert/strict";
import { copyDist } from "../peers/copy_dist.ts";
import { type Wine, wineTest } from "../peers/wine.ts";

const REPOSITORY = new URL("../../", import.meta.url);
const INI =
  "\uFEFF[General]\r\nLastVersion=486539264\r\n\r\n[Basic]\r\nSceneCollectionFile=Mine\r\n";
const SCENES = '{"name":"Mine","modules":{"n":9223372036854775807}}';

async function copyProgram(folder: string): Promise<void> {
  await Deno.mkdir(`${folder}/lua`);
  await Deno.copyFile(
    new URL("lua/obs_telemetry.lua", REPOSITORY),
    `${folder}/lua/obs_telemetry.lua`,
  );
  await copyDist(`${folder}/sidecar/dist`);
}

/** As somebody else may type them: Windows's paths have no case, and two separators. */
const OTHER_SPELLING = { obs: "z:/SESSION/Obs/", dataDir: "z:/Session/DATA" };

async function setup(
  wine: Wine,
  { obs = "Z:\\session\\obs", dataDir = "Z:\\session\\data", flags = [] }: {
    obs?: string;
    dataDir?: string;
    flags?: string[];
  } = {},
): Promise<string> {
  const [run] = await wine.deno([
    "run",
    "-A",
    "--no-config",
    "Z:\\session\\sidecar\\dist\\main.js",
    "setup",
    "--yes",
    "--obs",
    obs,
    "--data-dir",
    dataDir,
    ...flags,
  ]);
  assert.equal(run?.code, 0, run?.output);
  return run?.output ?? "";
}

wineTest("setup and its undoing leave every byte as it was", async (wine) => {
  await copyProgram(wine.folder);
  const root = `${wine.folder}/obs/config/obs-studio`;
  const scenes = `${root}/basic/scenes/Mine.json`;
  await Deno.mkdir(`${root}/basic/scenes`, { recursive: true });
  await Deno.writeTextFile(`${root}/global.ini`, INI);
  await Deno.writeTextFile(scenes, SCENES);

  const printed = await setup(wine);
  assert.doesNotMatch(printed, /Cannot tell for certain/);
  const { modules } = JSON.parse(await Deno.readTextFile(scenes));
  assert.deepEqual(modules["scripts-tool"], [{
    path: "Z:/session/lua/obs_telemetry.lua",
    settings: { bridge_file: "Z:/session/data/bridge.json" },
  }]);
  assert.match(await Deno.readTextFile(`${root}/global.ini`), /\r\nServerEnabled=true\r\n/);
  assert.match(await setup(wine), /Nothing is to be done/);
  assert.match(await setup(wine, OTHER_SPELLING), /Nothing is to be done/);
  assert.doesNotMatch(await setup(wine, { ...OTHER_SPELLING, flags: ["--port", "5001"] }), /- add/);

  await setup(wine, { ...OTHER_SPELLING, flags: ["--undo"] });
  const ini = new TextDecoder("utf-8", { ignoreBOM: true })
    .decode(await Deno.readFile(`${root}/global.ini`));
  assert.equal(ini, INI);
  assert.equal(await Deno.readTextFile(scenes), SCENES);
});
