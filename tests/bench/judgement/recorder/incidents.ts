/** The incidents that are brought about in a real OBS. */
import type { Cause } from "../truth.ts";
import { BITRATE_KBPS, type Studio, type StudioOptions } from "./studio.ts";

/** What an incident may do while it is recorded. */
export interface Scene extends Studio {
  wait(seconds: number): Promise<void>;
  /** The trouble begins now, and is over when `during` is. */
  cause(during: () => Promise<void>): Promise<void>;
  /** OBS is killed, and comes back after so many seconds. */
  crash(seconds: number): Promise<void>;
}

/** One incident: what is set up, and what happens. */
export interface Incident {
  name: string;
  title: string;
  cause: Cause;
  studio?: StudioOptions;
  run(scene: Scene): Promise<void>;
}

const BEFORE_S = 14;
const AFTER_S = 24;

/** A stream whose link is narrowed to a share of the bitrate for so many seconds. */
function dip(
  name: string,
  { share, seconds, isRecording = false, studio = {} }: {
    share: number;
    seconds: number;
    isRecording?: boolean;
    studio?: StudioOptions;
  },
): Incident {
  const kind = studio.dynamicBitrate ? ", with Dynamic Bitrate" : "";
  return {
    name,
    title: `the link takes ${Math.round(share * 100)} % of the bitrate for ${seconds} s${kind}`,
    cause: "network",
    studio,
    async run({ obs, wait, cause, setLinkKbps }) {
      await obs.startStream();
      if (isRecording) await obs.startRecord();
      await wait(BEFORE_S);
      await cause(async () => {
        setLinkKbps(BITRATE_KBPS * share);
        await wait(seconds);
        setLinkKbps(null);
      });
      await wait(AFTER_S + (studio.dynamicBitrate ? 40 : 0));
    },
  };
}

/** A stream whose server goes away for so many seconds, or comes back as soon as it can. */
function outage(name: string, seconds: number): Incident {
  return {
    name,
    title: seconds === 0 ? "the server restarts" : `the server is away for ${seconds} s`,
    cause: "network",
    async run({ obs, wait, cause, serverAway }) {
      await obs.startStream();
      await wait(BEFORE_S);
      await cause(() => serverAway(seconds * 1000));
      await wait(AFTER_S);
    },
  };
}

/** A stream in which another scene is shown for so many seconds. */
function scene(
  name: string,
  { show: shown, title, cause: of, seconds, studio }: {
    show: "Noise" | "Heavy";
    title: string;
    cause: Cause;
    seconds: number;
    studio: StudioOptions;
  },
): Incident {
  return {
    name,
    title,
    cause: of,
    studio,
    async run({ obs, wait, cause, show }) {
      await obs.startStream();
      await wait(BEFORE_S);
      await cause(async () => {
        await show(shown);
        await wait(seconds);
        await show("Plain");
      });
      await wait(AFTER_S);
    },
  };
}

/** A recording whose volume has little room left for so many seconds. */
function fullDisk(name: string, gib: number): Incident {
  return {
    name,
    title: `the recording volume has ${gib} GiB left for 15 s`,
    cause: "disk",
    async run({ obs, wait, cause, setDiskGib }) {
      await obs.startStream();
      await obs.startRecord();
      await wait(BEFORE_S);
      await cause(async () => {
        await setDiskGib(gib);
        await wait(15);
        await setDiskGib(40);
      });
      await wait(AFTER_S);
      await obs.stopRecord();
    },
  };
}

/** OBS is killed while one of its outputs is live. */
function crash(name: string, what: "streams" | "records"): Incident {
  return {
    name,
    title: `OBS is killed while it ${what}`,
    cause: "obs",
    async run({ obs, wait, cause, crash: kill }) {
      await (what === "streams" ? obs.startStream() : obs.startRecord());
      await wait(BEFORE_S);
      await cause(() => kill(8));
      await wait(10);
    },
  };
}

/** All incidents, in the order in which they are recorded. */
export const INCIDENTS: readonly Incident[] = [
  dip("dip_to_half", { share: 0.5, seconds: 20 }),
  outage("server_away_6_s", 6),
  crash("crash_streaming", "streams"),
  scene("encoder_slow", {
    show: "Noise",
    title: "a picture that is too hard for x264's preset",
    cause: "encoder",
    seconds: 18,
    studio: { width: 640, height: 360, preset: "veryslow" },
  }),
  scene("render_heavy", {
    show: "Heavy",
    title: "a scene that is too heavy to render",
    cause: "gpu",
    seconds: 18,
    studio: { width: 640, height: 360, fps: 60 },
  }),
  fullDisk("disk_4_gib", 4),
  dip("dynamic_bitrate_third", { share: 0.33, seconds: 25, studio: { dynamicBitrate: true } }),
  {
    name: "silence",
    title: "the only sound is muted for 75 s",
    cause: "audio",
    async run({ obs, wait, cause, setMuted }) {
      await obs.startStream();
      await wait(BEFORE_S);
      await cause(async () => {
        await setMuted(true);
        await wait(75);
        await setMuted(false);
      });
      await wait(AFTER_S + 10);
    },
  },
  {
    name: "healthy_stops_and_starts",
    title: "stream and recording stop, start and pause; scenes change; 8 s without sound",
    cause: "none",
    studio: { recordsApart: true },
    async run({ obs, wait, show, setMuted }) {
      await obs.startStream();
      await wait(8);
      await obs.startRecord();
      await wait(6);
      await obs.client.call("PauseRecord");
      await show("Noise");
      await wait(6);
      await obs.client.call("ResumeRecord");
      await show("Plain");
      await obs.stopStream();
      await wait(4);
      await obs.startStream();
      await setMuted(true);
      await wait(8);
      await setMuted(false);
      await obs.stopRecord();
      await wait(6);
      await obs.stopStream();
      await wait(6);
    },
  },
  {
    name: "healthy_changes",
    title: "the profile and the scene collection change between two streams",
    cause: "none",
    async run({ obs, wait }) {
      await obs.client.call("CreateProfile", { profileName: "Other" });
      await obs.client.call("SetCurrentProfile", { profileName: "Untitled" });
      await obs.startStream();
      await wait(12);
      await obs.stopStream();
      await obs.client.call("SetCurrentProfile", { profileName: "Other" });
      await wait(5);
      await obs.client.call("SetCurrentProfile", { profileName: "Untitled" });
      await wait(4);
      await obs.client.call("CreateSceneCollection", { sceneCollectionName: "Other" });
      await wait(5);
      await obs.client.call("SetCurrentSceneCollection", { sceneCollectionName: "Untitled" });
      await wait(3);
      await obs.startStream();
      await wait(12);
      await obs.stopStream();
      await wait(4);
    },
  },
  dip("dip_to_tenth", { share: 0.1, seconds: 15 }),
  dip("dip_to_three_quarters", { share: 0.75, seconds: 25 }),
  outage("server_away_15_s", 15),
  scene("encoder_one_thread", {
    show: "Noise",
    title: "a picture that is too hard for x264 on one thread",
    cause: "encoder",
    seconds: 15,
    studio: { width: 640, height: 360, preset: "slower" },
  }),
  scene("render_very_heavy", {
    show: "Heavy",
    title: "a scene that is far too heavy to render",
    cause: "gpu",
    seconds: 15,
    studio: { width: 480, height: 270, fps: 60 },
  }),
  crash("crash_recording", "records"),
  fullDisk("disk_half_gib", 0.5),
  dip("dip_while_recording", { share: 0.3, seconds: 20, isRecording: true }),
  outage("server_restarts", 0),
  dip("dynamic_bitrate_seventh", { share: 0.14, seconds: 20, studio: { dynamicBitrate: true } }),
];
