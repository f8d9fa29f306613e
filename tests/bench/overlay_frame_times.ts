import { type Obs, startObs } from "../peers/obs.ts";
import { keepBridge } from "./overlay_bridge.ts";
import { overlayScript } from "./overlay_ticks.ts";

const SCENE = "Scene";
const OVERLAY = "Telemetry Overlay";
const STILL = "Still text";
const EVERY_MS = 500;

/** Until OBS's figure, the mean of its last whole second, holds nothing of the state before. */
const SETTLE_MS = 2200;
const SAMPLES = 2;

/** What is on OBS's canvas, in the order of a round. */
const STATES = ["nothing", "hidden", "shown", "still"] as const;

/** Milliseconds a frame took OBS in one round: mean of a few seconds in each state. */
export type Round = Record<(typeof STATES)[number], number>;

/**
 * Measures OBS's frame time in turn: without the overlay's source, so that the script only looks
 * whether there is one; with the source hidden; with it shown; and with the same text standing
 * still in its place. All in one OBS and in short rounds, because what else the machine does moves
 * the figure more than the overlay.
 */
export async function measureFrameTimes(
  { path, rounds }: { path: string; rounds: number },
): Promise<Round[]> {
  using _bridge = keepBridge(path, EVERY_MS);
  const script = overlayScript({ path, everyMs: EVERY_MS, timed: false });
  await using obs = await startObs({ scripts: [script] });
  const { sceneItemId } = await obs.client.call("GetSceneItemId", {
    sceneName: SCENE,
    sourceName: OVERLAY,
  });
  await showItem(obs, sceneItemId);
  await sampleFrameTime(obs);
  const { inputSettings, inputKind } = await obs.client.call("GetInputSettings", {
    inputName: OVERLAY,
  });
  await remove(obs, OVERLAY);

  async function add(inputName: string, sceneItemEnabled: boolean): Promise<number> {
    const input = { sceneName: SCENE, inputName, inputKind, inputSettings, sceneItemEnabled };
    return (await obs.client.call("CreateInput", input)).sceneItemId;
  }

  const results: Round[] = [];
  for (let round = 0; round < rounds; round++) {
    const nothing = await sampleFrameTime(obs);
    const item = await add(OVERLAY, false);
    const hidden = await sampleFrameTime(obs);
    await showItem(obs, item);
    const shown = await sampleFrameTime(obs);
    await remove(obs, OVERLAY);
    await add(STILL, true);
    const still = await sampleFrameTime(obs);
    await remove(obs, STILL);
    results.push({ nothing, hidden, shown, still });
  }
  return results;
}

async function showItem(obs: Obs, sceneItemId: number): Promise<void> {
  const item = { sceneName: SCENE, sceneItemId, sceneItemEnabled: true };
  await obs.client.call("SetSceneItemEnabled", item);
}

async function remove(obs: Obs, inputName: string): Promise<void> {
  await obs.client.call("RemoveInput", { inputName });
}

async function sampleFrameTime(obs: Obs): Promise<number> {
  let sum = 0;
  await pause(SETTLE_MS - 1000);
  for (let count = 0; count < SAMPLES; count++) {
    await pause(1000);
    sum += (await obs.client.call("GetStats")).averageFrameRenderTime;
  }
  return sum / SAMPLES;
}

async function pause(ms: number): Promise<void> {
  await new Promise((resolve) => setTimeout(resolve, ms));
}
