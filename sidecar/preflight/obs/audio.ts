import type { Finding } from "../../../shared/preflight.ts";
import { type Check, fail, pass, skipped, warning } from "../check.ts";
import { type AudioInput, readAudioInputs } from "./audio_inputs.ts";
import { decibels, type Level, LoudestMoments } from "../../obs/audio_levels.ts";
import type { ReadSettings } from "./limits.ts";
import { type ConnectObs, obsCheck } from "./obs_check.ts";
import { namesIn, quoted, rounded } from "./plain.ts";
import { streamedTrack } from "./profile_parameters.ts";

/** How long the meters are watched: two breaths of somebody who talks. */
const LISTEN_MS = 3_000;

/** dBFS below which nothing is heard: a noisy room has more. */
const SILENT_DB = -60;

/** dBFS from which on a peak is cut off. */
const CLIPPING_DB = -0.1;

const TRACKS = "Edit > Advanced Audio Properties > Tracks";

/** How to listen. */
export interface AudioCheckOptions {
  read: ReadSettings;
  /** Milliseconds for which the meters are watched. */
  listenMs?: number;
}

/** Whether microphone and desktop sound are there, unmuted, on the streamed track and heard. */
export function audioCheck(
  connect: ConnectObs,
  { read, listenMs = LISTEN_MS }: AudioCheckOptions,
): Check {
  return obsCheck({
    id: "audio",
    name: "OBS: sound",
    deadlineMs: listenMs + 15_000,
    async look(obs, { signal, progress }) {
      const { parameters } = await read(obs);
      const inputs = await readAudioInputs(obs, signal);
      if (inputs === null) return [skipped("OBS does not tell its audio sources.")];
      progress(`listening for ${rounded(listenMs / 1000, 0)} s: say something`);
      const moments = new LoudestMoments();
      await obs.listenToMeters((data) => moments.add(data), { ms: listenMs, signal });
      return judgeAudio(inputs, {
        track: streamedTrack(parameters),
        levels: moments.levels,
        seconds: listenMs / 1000,
      });
    },
  }, connect);
}

/** What was heard. */
export interface Heard {
  /** The track that is streamed. */
  track: number;
  /** The loudest moment by input; absent for one that is not active. */
  levels: ReadonlyMap<string, Level>;
  /** How long was listened. */
  seconds: number;
}

/** What the viewers would hear. */
export function judgeAudio(inputs: readonly AudioInput[], heard: Heard): Finding[] {
  const covered = new Set(
    inputs.filter((input) => isAudible(input, heard.track)).map(({ role }) => role),
  );
  const findings = inputs.flatMap((input) => judgeInput(input, { ...heard, covered }));
  if (!inputs.some(({ role }) => role === "mic")) {
    findings.push(warning("OBS has no microphone.", {
      remedy: "Settings > Audio > Mic/Auxiliary Audio: choose yours. Leave it for a stream " +
        "without your voice.",
    }));
  }
  if (!inputs.some((input) => isAudible(input, heard.track))) {
    findings.push(fail("The stream would be without any sound.", {
      expected: `a source that is not muted, on track ${heard.track}`,
      remedy: "Settings > Audio: choose Desktop Audio and Mic/Auxiliary Audio, and unmute them " +
        "in the Audio Mixer.",
    }));
  }
  if (findings.length > 0) return findings;
  const mics = inputs.filter(({ role }) => role === "mic").map(({ name }) =>
    `${quoted(name)}${peakOf(heard.levels.get(name))}`
  );
  return [pass(`Heard on track ${heard.track}: ${namesIn(mics)}.`)];
}

/** What was heard, and the roles of which an input gets into the stream. */
interface Judged extends Heard {
  covered: ReadonlySet<AudioInput["role"]>;
}

function judgeInput(input: AudioInput, heard: Judged): Finding[] {
  const name = quoted(input.name);
  if (input.monitorOnly) {
    return [notStreamed(input, heard, {
      seen: `${name} plays in your headphones only.`,
      remedy: `Edit > Advanced Audio Properties > Audio Monitoring of ${name}: ` +
        "Monitor and Output, or Monitor Off.",
    })];
  }
  if (input.tracks !== null && !input.tracks.has(heard.track)) {
    return [notStreamed(input, heard, {
      seen: `${name} is not on track ${heard.track}, which is streamed.`,
      expected: `track ${heard.track} ticked`,
      remedy: `${TRACKS} of ${name}: tick ${heard.track}.`,
    })];
  }
  if (input.role === "other") return judgeClipping(input, heard);
  if (input.muted) {
    return [warning(`${name} is muted.`, {
      remedy: `Audio Mixer > the loudspeaker of ${name}, before you begin to talk.`,
    })];
  }
  if (input.volume !== null && decibels(input.volume) < SILENT_DB) {
    return [warning(`The fader of ${name} is all the way down.`, {
      remedy: `Audio Mixer > the slider of ${name}: to 0 dB.`,
    })];
  }
  return input.role === "mic"
    ? [...judgeSilence(input, heard), ...judgeClipping(input, heard)]
    : judgeClipping(input, heard);
}

/**
 * Microphone and desktop are there to be heard, but a spare one need not be; of another source it
 * may be meant.
 */
function notStreamed(
  { role }: AudioInput,
  { covered }: Judged,
  { seen, ...advice }: { seen: string; expected?: string; remedy: string },
): Finding {
  return role === "other" || covered.has(role)
    ? warning(`${seen} Viewers do not hear it.`, advice)
    : fail(`${seen} Viewers would not hear it.`, advice);
}

function judgeSilence({ name }: AudioInput, { levels, seconds }: Heard): Finding[] {
  const level = levels.get(name);
  if (level === undefined) {
    return [warning(`${quoted(name)} is not active: it is not in the current scene.`, {
      remedy: "Settings > Audio > Mic/Auxiliary Audio: choose the microphone there, so that it " +
        "is in every scene; or add it to the scene that you begin with.",
    })];
  }
  if (decibels(level.input) >= SILENT_DB) return [];
  return [warning(`${quoted(name)} was silent for ${rounded(seconds, 1)} s.`, {
    expected: "peaks between -20 and -6 dB while you talk",
    remedy: "Say something and run the checks again. If it stays silent: is it plugged in, not " +
      "muted at the device, and the right one in Settings > Audio?",
  })];
}

function judgeClipping({ name, muted }: AudioInput, { levels }: Heard): Finding[] {
  const level = levels.get(name);
  if (muted || level === undefined || !(decibels(level.output) >= CLIPPING_DB)) return [];
  return [warning(`${quoted(name)} clips: it peaks at ${rounded(decibels(level.output), 1)} dB.`, {
    expected: "peaks below -6 dB",
    remedy: `Turn the gain of the device down, or the slider of ${
      quoted(name)
    } in the Audio Mixer.`,
  })];
}

function isAudible({ muted, tracks, monitorOnly }: AudioInput, track: number): boolean {
  return !muted && !monitorOnly && (tracks === null || tracks.has(track));
}

function peakOf(level: Level | undefined): string {
  return level === undefined || level.output <= 0
    ? ""
    : `, peaks at ${rounded(decibels(level.output), 0)} dB`;
}
