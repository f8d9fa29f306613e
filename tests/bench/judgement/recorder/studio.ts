/** A real OBS with a server behind a link that can be narrowed, for incidents to happen in. */
import { startNginxRtmp } from "../../../peers/nginx_rtmp.ts";
import { type Obs, startObs } from "../../../peers/obs.ts";
import { startSlowLink } from "../../../peers/slow_link.ts";

/** Video bitrate of the stream. */
export const BITRATE_KBPS = 2500;

/** A link that is never in the way. */
const WIDE_KBPS = 100_000;

/** Size of the noise picture: twice the screen's, so that it can scroll. */
const NOISE = { width: 1280, height: 720 };

/** The set-up of one incident. */
export interface StudioOptions {
  width?: number;
  height?: number;
  fps?: number;
  /** x264's preset; the picture is encoded on one thread, which leaves room to render it. */
  preset?: string;
  /** Whether the recording has an encoder of its own: only then can it be paused. */
  recordsApart?: boolean;
  dynamicBitrate?: boolean;
}

/** What an incident may use. */
export interface Studio extends AsyncDisposable {
  readonly obs: Obs;
  /** The volume that OBS records to. */
  readonly diskFolder: string;
  /** How much the link to the server takes; null: whatever comes. */
  setLinkKbps(kbps: number | null): void;
  /** Breaks the connection, and takes no other for so long. */
  serverAway(ms: number): Promise<void>;
  /** How large the recording volume is; that it has less room than before costs nothing. */
  setDiskGib(gib: number): Promise<void>;
  /** Shows the plain scene, the one that is hard to encode or the one that is hard to render. */
  show(scene: "Plain" | "Noise" | "Heavy"): Promise<void>;
  /** Whether the music can be heard. */
  setMuted(muted: boolean): Promise<void>;
}

/** Starts OBS, its server and the link between them; the stream has not begun. */
export async function openStudio(options: StudioOptions = {}): Promise<Studio> {
  const stack = new AsyncDisposableStack();
  try {
    const disk = await Deno.makeTempDir({ prefix: "incident_disk_" });
    stack.defer(() => Deno.remove(disk, { recursive: true }));
    await command("mount", ["-t", "tmpfs", "-o", "size=40g", "incident", disk]);
    stack.defer(() => command("umount", ["-l", disk]));
    const server = stack.use(await startNginxRtmp());
    const link = stack.use(startSlowLink({ toPort: server.port, kbps: WIDE_KBPS }));
    const { width = 320, height = 180, fps = 30, preset = "ultrafast" } = options;
    const obs = stack.use(
      await startObs({
        width,
        height,
        fps,
        profile: {
          Output: { DynamicBitrate: options.dynamicBitrate ?? false },
          SimpleOutput: {
            VBitrate: BITRATE_KBPS,
            FilePath: disk,
            Preset: preset,
            UseAdvanced: true,
            RecQuality: options.recordsApart ? "Small" : "Stream",
            x264Settings: options.preset === undefined ? "" : "threads=1",
          },
        },
      }),
    );
    await furnish(obs);
    await obs.setServer(`rtmp://127.0.0.1:${link.port}/live`, "incident");
    const show: Studio["show"] = async (sceneName) => {
      await obs.client.call("SetCurrentProgramScene", { sceneName });
    };
    await show("Plain");
    return {
      obs,
      diskFolder: disk,
      setLinkKbps: (kbps) => link.setRate(kbps ?? WIDE_KBPS),
      async serverAway(ms) {
        await server.process.stop({ signal: "SIGTERM", graceMs: 3000 });
        await new Promise((resolve) => setTimeout(resolve, ms));
        await server.restart();
      },
      setDiskGib: (gib) =>
        command("mount", ["-o", `remount,size=${Math.round(gib * 1024)}m`, disk]),
      show,
      setMuted: async (inputMuted) => {
        await obs.client.call("SetInputMute", { inputName: "Music", inputMuted });
      },
      [Symbol.asyncDispose]: () => stack.disposeAsync(),
    };
  } catch (error) {
    await stack.disposeAsync();
    throw error;
  }
}

/** Makes the scenes: music in each; noise that scrolls; and many layers of it. */
async function furnish({ client, home }: Obs): Promise<void> {
  await Deno.writeFile(`${home}/music.wav`, tone());
  await Deno.writeFile(`${home}/noise.bmp`, noise());
  for (const sceneName of ["Plain", "Noise", "Heavy"]) {
    await client.call("CreateScene", { sceneName });
  }
  await client.call("CreateInput", {
    sceneName: "Plain",
    inputName: "Music",
    inputKind: "ffmpeg_source",
    inputSettings: { local_file: `${home}/music.wav`, looping: true, restart_on_activate: false },
  });
  for (const sceneName of ["Noise", "Heavy"]) {
    await client.call("CreateSceneItem", { sceneName, sourceName: "Music" });
  }
  await client.call("CreateInput", {
    sceneName: "Noise",
    inputName: "Noise picture",
    inputKind: "image_source",
    inputSettings: { file: `${home}/noise.bmp` },
  });
  await client.call("CreateSourceFilter", {
    sourceName: "Noise picture",
    filterName: "Scroll",
    filterKind: "scroll_filter",
    filterSettings: { speed_x: 310, speed_y: 170, loop: true },
  });
  for (let layer = 0; layer < 60; layer++) {
    await client.call("CreateSceneItem", { sceneName: "Heavy", sourceName: "Noise picture" });
  }
}

/** A second of a 440 Hz tone, 16 bit mono at 48 kHz, as a WAV file. */
function tone(): Uint8Array {
  const rate = 48_000;
  const bytes = new Uint8Array(44 + 2 * rate);
  const view = new DataView(bytes.buffer);
  const text = (at: number, value: string) => bytes.set(new TextEncoder().encode(value), at);
  text(0, "RIFF");
  view.setUint32(4, bytes.length - 8, true);
  text(8, "WAVEfmt ");
  view.setUint32(16, 16, true);
  view.setUint16(20, 1, true);
  view.setUint16(22, 1, true);
  view.setUint32(24, rate, true);
  view.setUint32(28, 2 * rate, true);
  view.setUint16(32, 2, true);
  view.setUint16(34, 16, true);
  text(36, "data");
  view.setUint32(40, 2 * rate, true);
  for (let index = 0; index < rate; index++) {
    view.setInt16(44 + 2 * index, 8000 * Math.sin(2 * Math.PI * 440 * index / rate), true);
  }
  return bytes;
}

/** A picture of random dots as a BMP file. */
function noise(): Uint8Array {
  const { width, height } = NOISE;
  const bytes = new Uint8Array(54 + 3 * width * height);
  const view = new DataView(bytes.buffer);
  bytes.set([0x42, 0x4d]);
  view.setUint32(2, bytes.length, true);
  view.setUint32(10, 54, true);
  view.setUint32(14, 40, true);
  view.setInt32(18, width, true);
  view.setInt32(22, height, true);
  view.setUint16(26, 1, true);
  view.setUint16(28, 24, true);
  for (let at = 54; at < bytes.length; at += 65_536) {
    crypto.getRandomValues(bytes.subarray(at, Math.min(bytes.length, at + 65_536)));
  }
  return bytes;
}

async function command(name: string, args: string[]): Promise<void> {
  const { success, stderr } = await new Deno.Command(name, { args }).output();
  if (!success) throw new Error(`${name} failed: ${new TextDecoder().decode(stderr).trim()}`);
}
