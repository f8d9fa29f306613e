/** A real OBS with the overlay's script, and a bridge file that can be kept moving. */
import type { Telemetry } from "../../shared/telemetry.ts";
import { type Obs, type ObsOptions, startObs } from "../peers/obs.ts";
import { until } from "../peers/until.ts";
import { writeBridge } from "./bridge_fixture.ts";

/** Path of the script under test. */
export const OVERLAY_SCRIPT = new URL("../../lua/obs_telemetry.lua", import.meta.url).pathname;

/** Name that the script gives its source unless told otherwise. */
export const OVERLAY_NAME = "Telemetry Overlay";

/** The overlay's item in a scene. */
export interface OverlayItem {
  id: number;
  visible: boolean;
  width: number;
  height: number;
  inputKind: string;
}

/** OBS with the overlay. Disposing of it ends both OBS and the writing. */
export interface OverlayPeer extends AsyncDisposable {
  readonly obs: Obs;
  readonly bridgePath: string;
  /** Writes snapshots of this content every 100 ms, `sequence` and time going on. */
  keepWriting(content: Telemetry): void;
  stopWriting(): void;
  /** The overlay's item in a scene; undefined if there is none. */
  item(scene?: string): Promise<OverlayItem | undefined>;
  /** The overlay's text and colour (0xAABBGGRR) now. */
  shown(): Promise<{ text: string; colour: number }>;
  /** Waits until the overlay's text matches, and returns it. */
  untilShown(pattern: RegExp): Promise<string>;
}

/** Starts OBS with the overlay's script, or with `script` in its place. */
export async function startOverlay(
  { settings = {}, script = OVERLAY_SCRIPT, ...options }: ObsOptions & {
    settings?: Record<string, unknown>;
    script?: string;
  } = {},
): Promise<OverlayPeer> {
  const folder = await Deno.makeTempDir({ prefix: "overlay_" });
  await using opened = new AsyncDisposableStack();
  opened.defer(() => Deno.remove(folder, { recursive: true }));
  const bridgePath = `${folder}/bridge.json`;
  const scripts = [{
    path: script,
    settings: { bridge_file: bridgePath, update_interval: 100, ...settings },
  }];
  const obs = opened.use(await startObs({ scripts, ...options }));
  let timer: ReturnType<typeof setInterval> | undefined;
  let sequence = 0;

  function keepWriting(content: Telemetry): void {
    stopWriting();
    const write = () => {
      sequence++;
      writeBridge(bridgePath, { ...content, sequence, written_at_ms: Date.now() });
    };
    write();
    timer = setInterval(write, 100);
  }

  function stopWriting(): void {
    clearInterval(timer);
  }

  async function item(sceneName = "Scene"): Promise<OverlayItem | undefined> {
    const { sceneItems } = await obs.client.call("GetSceneItemList", { sceneName });
    const found = sceneItems.find((each) => each["sourceName"] === OVERLAY_NAME);
    if (found === undefined) return undefined;
    const transform = found["sceneItemTransform"] as { width: number; height: number };
    return {
      id: Number(found["sceneItemId"]),
      visible: found["sceneItemEnabled"] === true,
      width: transform.width,
      height: transform.height,
      inputKind: String(found["inputKind"]),
    };
  }

  async function shown(): Promise<{ text: string; colour: number }> {
    const { inputSettings } = await obs.client.call("GetInputSettings", {
      inputName: OVERLAY_NAME,
    });
    return { text: String(inputSettings["text"]), colour: Number(inputSettings["color1"]) };
  }

  async function untilShown(pattern: RegExp): Promise<string> {
    return await until(async () => {
      const { text } = await shown();
      if (pattern.test(text)) return text;
      throw new Error(`it shows ${JSON.stringify(text)}`);
    }, { what: `the overlay shows ${pattern}` });
  }

  opened.defer(stopWriting);
  const kept = opened.move();
  return {
    obs,
    bridgePath,
    keepWriting,
    stopWriting,
    item,
    shown,
    untilShown,
    [Symbol.asyncDispose]: () => kept.disposeAsync(),
  };
}

/** Lines with which OBS reports a failure in a Lua script. */
export function luaErrors(printed: string): string[] {
  return printed.split("\n").filter((line) =>
    /\.lua\]|Lua|obs_telemetry\.lua/.test(line) && /error|fail|attempt to|warning:/i.test(line)
  );
}
