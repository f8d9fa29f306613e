/** How loud OBS's inputs are, from the events of its volume meters. */
import { type Fields, fieldsOf, listField, textField } from "./fields.ts";

/** Most inputs of one event, and most that are kept. */
const MAX_INPUTS = 500;

/** Most channels of an input (obs-studio, MAX_AUDIO_CHANNELS in libobs/media-io/audio-io.h). */
const MAX_CHANNELS = 8;

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
 * (obs-websocket, src/utils/Obs_VolumeMeter.cpp). An input without channels is silent.
 */
export function parseMeters(data: Fields): [name: string, level: Level][] {
  return listField(data, "inputs", MAX_INPUTS).map(fieldsOf).flatMap((input) => {
    const name = textField(input, "inputName");
    if (name === null) return [];
    const level = { output: 0, input: 0 };
    for (const channel of listField(input, "inputLevelsMul", MAX_CHANNELS)) {
      const [, output, before] = Array.isArray(channel) ? channel : [];
      level.output = Math.max(level.output, factor(output));
      level.input = Math.max(level.input, factor(before));
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
  return typeof value === "number" && Number.isFinite(value) && value > 0 ? value : 0;
}
