import { type Obs, startObs } from "../peers/obs.ts";
import { keepBridge } from "./overlay_bridge.ts";
import { overlayScript } from "./overlay_ticks.ts";

const SOURCE = "Telemetry Overlay";
const SCENE = "Scene";
const CANVAS = { width: 320, height: 180, fps: 30 };
const SETTLE_MS = 3000;
const SAMPLES = 12;
const BRIDGE_EVERY_MS = 500;

/** Milliseconds a frame, each the mean of a second as OBS says it. */
export interface FrameTimes {
  /** An OBS without the script. */
  without: number[];
  /** The same with a text that stands still. */
  text: number[];
  /** The script runs, its source is not shown. */
  hidden: number[];
  /** The script runs, its source is shown. */
  shown: number[];
}

/** One round: an OBS with the script, then one without, both with and without text on the canvas. */
export async function measureFrameTimes(into: FrameTimes, path: string): Promise<void> {
  using _bridge = keepBridge(path, BRIDGE_EVERY_MS);
  const settings = await withScript(into, path);
  await using obs = await startObs(CANVAS);
  into.without.push(...await sampleFrameTimes(obs));
  const { inputKinds } = await obs.client.call("GetInputKindList");
  const inputKind = inputKinds.find((kind) => kind.startsWith("text_ft2_source"));
  if (inputKind === undefined) throw new Error("This OBS has no FreeType text source");
  await obs.client.call("CreateInput", {
    sceneName: SCENE,
    inputName: "text",
    inputKind,
    inputSettings: settings,
  });
  into.text.push(...await sampleFrameTimes(obs));
}

/** Measures with the script. Returns the settings of its source. */
async function withScript(into: FrameTimes, path: string) {
  const script = overlayScript({ path, everyMs: BRIDGE_EVERY_MS, timed: false });
  await using obs = await startObs({ ...CANVAS, scripts: [script] });
  into.hidden.push(...await sampleFrameTimes(obs));
  const item = await obs.client.call("GetSceneItemId", { sceneName: SCENE, sourceName: SOURCE });
  await obs.client.call("SetSceneItemEnabled", {
    sceneName: SCENE,
    sceneItemId: item.sceneItemId,
    sceneItemEnabled: true,
  });
  into.shown.push(...await sampleFrameTimes(obs));
  return (await obs.client.call("GetInputSettings", { inputName: SOURCE })).inputSettings;
}

async function sampleFrameTimes(obs: Obs): Promise<number[]> {
  const samples: number[] = [];
  await pause(SETTLE_MS);
  for (let count = 0; count < SAMPLES; count++) {
    await pause(1000);
    samples.push((await obs.client.call("GetStats")).averageFrameRenderTime);
  }
  return samples;
}

async function pause(ms: number): Promise<void> {
  await new Promise((resolve) => setTimeout(resolve, ms));
}
