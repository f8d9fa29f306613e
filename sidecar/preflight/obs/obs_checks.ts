import type { ProfileFiles } from "../../obs/profile_folder.ts";
import { pause as pauseFor } from "../../time/pause.ts";
import type { Check } from "../check.ts";
import { audioCheck } from "./audio.ts";
import { deliveryCheck } from "./delivery.ts";
import { limitsChecks, type ReadSettings } from "./limits.ts";
import { liveCheck } from "./live.ts";
import type { ObsAccess } from "./obs_access.ts";
import type { ConnectObs } from "./obs_check.ts";
import { pictureCheck } from "./picture.ts";
import { type ProbeFolder, probeFolder } from "./probe_folder.ts";
import { reachableCheck } from "./reachable.ts";
import { recordingCheck } from "./recording.ts";
import { replayBufferCheck } from "./replay_buffer.ts";
import { serviceCheck } from "./service.ts";
import { type FileExists, sourcesCheck } from "./sources.ts";
import { readStreamSettings, type StreamSettings } from "./stream_settings.ts";
import type { StreamTarget } from "./stream_target.ts";
import { studioModeCheck } from "./studio_mode.ts";

/** What the checks of OBS need. */
export interface ObsChecksOptions {
  /**
   * Gives the connection to OBS; called once a run.
   * @throws Error that says why there is none and what to do, shown to the user
   */
  connect: ConnectObs;
  /** Platforms that are enabled and set up; without any, OBS's own service is checked. */
  targets: readonly StreamTarget[];
  /** How to look into OBS's folders. */
  files: ProfileFiles;
  exists?: FileExists;
  probe?: ProbeFolder;
  /** Milliseconds for which the volume meters are watched. */
  listenMs?: number;
  pause?(ms: number, signal: AbortSignal): Promise<void>;
}

/** The checks of OBS for one run. They disturb neither OBS nor one another. */
export function obsChecks(options: ObsChecksOptions): Check[] {
  const { targets, files, exists = fileExists, probe = probeFolder, pause = pauseFor } = options;
  const connect = once(options.connect);
  let settings: Promise<StreamSettings> | null = null;
  const read: ReadSettings = (obs: ObsAccess) => settings ??= readStreamSettings(obs, files);
  const listenMs = options.listenMs;
  return [
    reachableCheck(connect),
    liveCheck(connect),
    serviceCheck(connect),
    ...limitsChecks(connect, { targets, read }),
    deliveryCheck(connect, { read }),
    audioCheck(connect, listenMs === undefined ? { read } : { read, listenMs }),
    pictureCheck(connect, { pause }),
    sourcesCheck(connect, { exists }),
    studioModeCheck(connect),
    recordingCheck(connect, { read, probe }),
    replayBufferCheck(connect, { read }),
  ];
}

function once<T>(open: () => Promise<T>): () => Promise<T> {
  let opened: Promise<T> | null = null;
  return () => opened ??= Promise.try(open);
}

async function fileExists(path: string): Promise<boolean | null> {
  try {
    await Deno.stat(path);
    return true;
  } catch (error) {
    const isMissing = error instanceof Deno.errors.NotFound ||
      error instanceof Deno.errors.NotADirectory;
    return isMissing ? false : null;
  }
}
