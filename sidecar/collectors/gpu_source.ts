import type { GpuReading } from "./collector.ts";

/** One way to read cards: a vendor's library, or what the operating system tells. */
export interface GpuSource {
  /** What it reads, in a person's words: `NVIDIA's cards`. */
  readonly what: string;
  /**
   * The cards as they are now, none if this source has none here. Not called again before it has
   * settled.
   * @throws if cards that were there can't be read; the message says what to do
   */
  read(): Promise<GpuReading>;
  /** Gives back what the source holds, as far as a `read` that may still run allows. */
  close?(): Promise<void>;
}

/** What a source without cards reads. */
export const NO_GPUS: GpuReading = { gpus: [], encodingIndex: null, obsEncoderLatencyUs: null };
