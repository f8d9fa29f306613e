/** What is to be seen in a scene, its groups and the scenes within it. */
import { type Fields, fieldsOf, flagField, listField, textField } from "../../obs/fields.ts";
import type { ObsAnswer } from "../../obs/session.ts";
import type { ObsAccess } from "./obs_access.ts";

/** Most items of a scene, and most scenes and groups, that are looked at. */
const MAX_ITEMS = 500;
const MAX_SCENES = 30;

/** Whether a source's picture moves. */
export type Motion =
  /** A camera, game, video or stream: a picture that stands still means trouble. */
  | "always"
  /** A window or display: it may well stand still. */
  | "maybe"
  | "never";

/** A visible source of a scene. */
export interface SceneSource {
  name: string;
  motion: Motion;
}

/** Kinds of obs-studio's plugins (and the usual ones of others) whose picture always moves. */
const ALWAYS =
  /^(game_capture|dshow_input|v4l2_input|av_capture_input|macos-avcapture|decklink-input|ndi_source|vlc_source|syphon-input)/;

/** Kinds that show windows, displays and other programs. */
const MAYBE = /capture|^(xshm_input|xcomposite_input|pipewire-|ffmpeg_source|browser_source)/;

/** Sound alone. */
const SOUND = /audio|(wasapi|coreaudio|pulse|alsa|jack)_/;

/** How an input of this kind moves. */
export function motionOf(kind: string): Motion {
  if (SOUND.test(kind)) return "never";
  if (ALWAYS.test(kind)) return "always";
  return MAYBE.test(kind) ? "maybe" : "never";
}

/** The visible sources of a scene, those of its groups and of the scenes in it included. */
export async function readSceneSources(
  obs: ObsAccess,
  { scene, signal }: { scene: string; signal: AbortSignal },
): Promise<SceneSource[]> {
  const found = new Map<string, SceneSource>();
  const seen = new Set([scene]);
  let open: { requestType: string; sceneName: string }[] = [
    { requestType: "GetSceneItemList", sceneName: scene },
  ];
  while (open.length > 0 && !signal.aborted) {
    const answers = await obs.batch(
      open.map(({ requestType, sceneName }) => ({ requestType, requestData: { sceneName } })),
    );
    const { sources, inner } = readItems(answers);
    for (const source of sources) if (found.size < MAX_ITEMS) found.set(source.name, source);
    open = inner.filter(({ sceneName }) => !seen.has(sceneName)).slice(0, MAX_SCENES - seen.size);
    for (const { sceneName } of open) seen.add(sceneName);
  }
  return [...found.values()];
}

/** Sources, and scenes and groups to look into, from answers to `GetSceneItemList`. */
export function readItems(answers: readonly ObsAnswer[]): {
  sources: SceneSource[];
  inner: { requestType: string; sceneName: string }[];
} {
  const items = answers.filter(({ ok }) => ok)
    .flatMap(({ data }) => listField(data, "sceneItems", MAX_ITEMS)).map(fieldsOf)
    .filter((item) => flagField(item, "sceneItemEnabled") !== false);
  const sources: SceneSource[] = [];
  const inner: { requestType: string; sceneName: string }[] = [];
  for (const item of items) {
    const name = textField(item, "sourceName");
    if (name === null) continue;
    const kind = textField(item, "inputKind");
    if (kind !== null) sources.push({ name, motion: motionOf(kind) });
    else inner.push({ requestType: innerRequest(item), sceneName: name });
  }
  return { sources, inner };
}

function innerRequest(item: Fields): string {
  return flagField(item, "isGroup") === true ? "GetGroupSceneItemList" : "GetSceneItemList";
}
