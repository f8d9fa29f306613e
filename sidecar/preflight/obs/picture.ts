import type { Finding } from "../../../shared/preflight.ts";
import { fieldsOf, textField } from "../../obs/fields.ts";
import type { ObsAnswer, ObsRequest } from "../../obs/session.ts";
import { type Check, pass, skipped, warning } from "../check.ts";
import { dataUrlBytes, decodeBmp, type Pixels } from "./bmp.ts";
import type { ObsAccess } from "./obs_access.ts";
import { type ConnectObs, obsCheck } from "./obs_check.ts";
import { namesIn, quoted } from "./plain.ts";
import { readSceneSources, type SceneSource } from "./scene_sources.ts";

/** Milliseconds between the two pictures: 30 frames and more. */
const APART_MS = 1_200;

/** Width of the pictures: small, and yet the noise of a camera shows in it. */
const WIDTH = 256;

/** The brightest value of a channel that is still black: studio black is 16. */
const BLACK = 16;

/** How to wait between the two pictures. */
export interface PictureCheckOptions {
  /** Resolves after so many milliseconds, or at once when the signal is aborted. */
  pause(ms: number, signal: AbortSignal): Promise<void>;
}

/** Whether the current scene is black, or stands still though something in it should move. */
export function pictureCheck(connect: ConnectObs, { pause }: PictureCheckOptions): Check {
  return obsCheck({
    id: "picture",
    name: "OBS: picture",
    deadlineMs: APART_MS + 10_000,
    async look(obs, { signal }) {
      const [current] = await obs.batch([{ requestType: "GetCurrentProgramScene" }]);
      const scene = textField(fieldsOf(current?.data), "currentProgramSceneName");
      if (scene === null) return [skipped("OBS does not tell its current scene.")];
      const sources = await readSceneSources(obs, { scene, signal });
      const first = await screenshot(obs, scene);
      await pause(APART_MS, signal);
      const second = await screenshot(obs, scene);
      return [judgePicture(scene, { first, second, sources })];
    },
  }, connect);
}

async function screenshot(obs: ObsAccess, sourceName: string): Promise<Pixels | null> {
  const [answer] = await obs.batch([screenshotRequest(sourceName)]);
  return readScreenshot(answer);
}

function screenshotRequest(sourceName: string): ObsRequest {
  return {
    requestType: "GetSourceScreenshot",
    requestData: { sourceName, imageFormat: "bmp", imageWidth: WIDTH },
  };
}

/** The pixels in the answer to `GetSourceScreenshot`; null if there are none. */
export function readScreenshot(answer: ObsAnswer | undefined): Pixels | null {
  const url = answer?.ok ? textField(answer.data, "imageData") : null;
  const bytes = url === null ? null : dataUrlBytes(url);
  return bytes === null ? null : decodeBmp(bytes);
}

/** What two pictures of a scene, taken one after the other, show. */
export function judgePicture(
  scene: string,
  { first, second, sources }: {
    first: Pixels | null;
    second: Pixels | null;
    sources: readonly SceneSource[];
  },
): Finding {
  const name = quoted(scene);
  if (first === null || second === null) {
    return skipped(`OBS gives no picture of the scene ${name}.`);
  }
  if (isBlack(first) && isBlack(second)) {
    return warning(`The scene ${name} is black${sources.length === 0 ? ": it is empty" : ""}.`, {
      expected: "a picture",
      remedy: sources.length === 0
        ? "Sources > + to add what viewers are to see, or begin with another scene."
        : "Begin with another scene, or start what it captures. A game that stays black: in the " +
          "capture's Properties, choose its window; or add a Display Capture.",
    });
  }
  if (!isSame(first, second)) return pass(`The scene ${name} shows a moving picture.`);
  const moving = sources.filter(({ motion }) => motion === "always");
  if (moving.length > 0) {
    return warning(`The scene ${name} stands still, with ${listed(moving)} in it.`, {
      expected: "a picture that moves",
      remedy: "If the game or video is not paused: Sources > Properties of that source, and " +
        "choose the device or window anew.",
    });
  }
  const captures = sources.filter(({ motion }) => motion === "maybe");
  const note = captures.length > 0
    ? `: if ${listed(captures)} should show something that moves, look at it.`
    : ", as a scene without captures does.";
  return pass(`The scene ${name} shows a picture that stands still${note}`);
}

function listed(sources: readonly SceneSource[]): string {
  return namesIn(sources.map(({ name }) => quoted(name)));
}

function isBlack({ rgb }: Pixels): boolean {
  return rgb.every((value) => value <= BLACK);
}

function isSame(a: Pixels, b: Pixels): boolean {
  return a.rgb.length === b.rgb.length && a.rgb.every((value, i) => value === b.rgb[i]);
}
