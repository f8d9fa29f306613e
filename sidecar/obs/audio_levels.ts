/** How loud OBS's inputs are, from the events of its volume meters. */
import { type Fields, fieldsOf, listField, textField } from "./fields.ts";

/** Most inputs of one event, and most that are kept. */
const MAX_INPUTS = 500;

/** Most channels of an input (obs-studio, MAX_AUDIO_CHANNELS in libobs/media-io/audio-io.h). */
const MAX_CHANNELS = 8;

/**
 * How far a peak can be above its packet's magnitude, the mean square's root: the root of the
 * packet's samples, if all but one are silent. OBS's have 1024 (obs-studio, AUDIO_OUTPUT_FRAMES in
 * libobs/media-io/audio-io.h), those of sources up to a few thousand.
 */
const MAX_CREST = 64;

/** 60 dB above full scale: no audio. */
const MAX_FACTOR = 1000;

/** The loudest moment of one input, as a factor: 1 is full scale. */
export interface Level {
  /** After fader and mute: what is mixed in. */
  output: number;
  /** Before fader and mute: what the source gives. */
  input: number;
}

/**
 * The loudest channel of each input in the data of one `InputVolumeMeters` event, whose
 * `inputLevelsMul` gives magnitude, peak and peak before the fader for each channel
 * (obs-websocket, src/utils/Obs_VolumeMeter.cpp). An input without channels is silent. The first
 * peaks that a listener gets may be whatever lay in OBS's memory, for `_previousSamples` there is
 * never set to begin with: a peak that its magnitude cannot have is taken for no more than that.
 */
export function parseMeters(data: Fields): [name: string, level: Level][] {
  return listField(data, "inputs", MAX_INPUTS).map(fieldsOf).flatMap((input) => {
    const name = textField(input, "inputName");
    if (name === null) return [];
    const level = { output: 0, input: 0 };
    for (const channel of listField(input, "inputLevelsMul", MAX_CHANNELS)) {
      const [magnitude, output, before] = Array.isArray(channel) ? channel : [];
      const isPeak = factor(output) <= MAX_CREST * factor(magnitude);
      level.output = Math.max(level.output, factor(isPeak ? output : magnitude));
      if (isPeak) level.input = Math.max(level.input, factor(before));
    }
    return [[name, level] as [string, Level]];
  });
}

/** Keeps the loudest moment of each input. */
export class LoudestMoments {
  readonly #levels = new Map<string, Level>();

  /** Takes the data of one `InputVolumeMeters` event. */
  add(data: Fields): void {
    for (const [name, { output, input }] of parseMeters(data)) {
      const before = this.#levels.get(name);
      if (before === undefined && this.#levels.size >= MAX_INPUTS) continue;
      this.#levels.set(name, {
        output: Math.max(output, before?.output ?? 0),
        input: Math.max(input, before?.input ?? 0),
      });
    }
  }

  /** By input; inputs that OBS metered never are absent: they are not active. */
  get levels(): ReadonlyMap<string, Level> {
    return this.#levels;
  }
}

/** A factor in dBFS; minus infinity for silence. */
export function decibels(value: number): number {
  return 20 * Math.log10(value);
}

function factor(value: unknown): number {
  return typeof value === "number" && value > 0 && value <= MAX_FACTOR ? value : 0;
}
