/** OBS's audio inputs, as OBS tells of them. */
import { type AudioRoute, readRoute, ROUTE_QUESTIONS } from "../../obs/audio_route.ts";
import { fieldsOf, flagField, positiveField, textField } from "../../obs/fields.ts";
import type { ObsAnswer, ObsRequest } from "../../obs/session.ts";
import type { ObsAccess } from "./obs_access.ts";
import { type InputRef, readInputs } from "./source_files.ts";

/** What an audio input is for. */
export type AudioRole = "mic" | "desktop" | "other";

/** One input with sound. */
export interface AudioInput extends AudioRoute {
  name: string;
  role: AudioRole;
  muted: boolean;
  /** Factor of the fader: 1 leaves the sound as it is; null if OBS does not tell. */
  volume: number | null;
}

/** Questions about one input; answered in this order. */
const QUESTIONS = [
  "GetInputMute",
  "GetInputVolume",
  ...ROUTE_QUESTIONS,
] as const;

/** Inputs in one batch: OBS answers other clients between two. */
const BATCH_SIZE = 25;

/** Kinds that take sound from a microphone, and from programs or the whole desktop. */
const MIC_KIND =
  /^(wasapi|coreaudio|pulse|alsa|jack|oss|sndio)_input(_capture)?$|audio[-_]input[-_]capture$/;
const DESKTOP_KIND =
  /^(wasapi|coreaudio|pulse)_(process_)?output_capture$|^sck_audio_capture$|audio[-_](output|application)[-_]capture$/;

/** Names of `GetSpecialInputs`' fields: the devices of Settings > Audio. */
const SPECIAL = {
  mic: ["mic1", "mic2", "mic3", "mic4"],
  desktop: ["desktop1", "desktop2"],
} as const;

/** Asks OBS for its audio inputs. @returns null if OBS does not tell */
export async function readAudioInputs(
  obs: ObsAccess,
  signal: AbortSignal,
): Promise<AudioInput[] | null> {
  const [list, special] = await obs.batch([
    { requestType: "GetInputList" },
    { requestType: "GetSpecialInputs" },
  ]);
  const inputs = readInputs(list);
  if (inputs === null) return null;
  const roles = specialRoles(special);
  const found: AudioInput[] = [];
  for (let from = 0; from < inputs.length && !signal.aborted; from += BATCH_SIZE) {
    const some = inputs.slice(from, from + BATCH_SIZE);
    const answers = await obs.batch(
      some.flatMap(({ name: inputName }): ObsRequest[] =>
        QUESTIONS.map((requestType) => ({ requestType, requestData: { inputName } }))
      ),
    );
    some.forEach((input, i) => {
      const audio = audioInput(input, {
        role: roles.get(input.name) ?? roleOf(input),
        answers: answers.slice(i * QUESTIONS.length, (i + 1) * QUESTIONS.length),
      });
      if (audio !== null) found.push(audio);
    });
  }
  return found;
}

/** An input from the answers to its questions; null for one without sound, which OBS refuses. */
export function audioInput(
  { name }: InputRef,
  { role, answers }: { role: AudioRole; answers: readonly (ObsAnswer | undefined)[] },
): AudioInput | null {
  const [mute, volume] = answers.map((answer) => answer?.ok ? answer.data : undefined);
  const muted = mute === undefined ? null : flagField(mute, "inputMuted");
  if (muted === null) return null;
  return {
    name,
    role,
    muted,
    volume: positiveField(fieldsOf(volume), "inputVolumeMul"),
    ...readRoute(answers.slice(2)),
  };
}

function specialRoles(answer: ObsAnswer | undefined): Map<string, AudioRole> {
  const roles = new Map<string, AudioRole>();
  for (const role of ["mic", "desktop"] as const) {
    for (const field of SPECIAL[role]) {
      const name = answer?.ok ? textField(answer.data, field) : null;
      if (name !== null) roles.set(name, role);
    }
  }
  return roles;
}

/** What an input is for, from OBS's id of its kind; the plugin for PipeWire has had two spellings. */
export function roleOf({ kind }: Pick<InputRef, "kind">): AudioRole {
  if (MIC_KIND.test(kind)) return "mic";
  return DESKTOP_KIND.test(kind) ? "desktop" : "other";
}
