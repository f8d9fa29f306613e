/** Every graphics card of the machine. */
import type { Collector, GpuReading } from "./collector.ts";

/** One way to read cards: a vendor's library, or what the operating system tells. */
export interface GpuSource {
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

/**
 * Watches the cards of all `sources`, in that order. A machine without any card is fine: an empty
 * list. A read that hangs is waited for again at the next tick, never started a second time.
 */
export function createGpuCollector(sources: readonly GpuSource[]): Collector<GpuReading> {
  const underWay = new Map<GpuSource, Promise<GpuReading>>();

  function read(source: GpuSource): Promise<GpuReading> {
    const earlier = underWay.get(source);
    if (earlier) return earlier;
    const reading = source.read().finally(() => underWay.delete(source));
    underWay.set(source, reading);
    return reading;
  }

  async function closeSource(source: GpuSource): Promise<void> {
    const closing = source.close?.();
    closing?.catch(() => {});
    // A read that hangs now may hang for ever: its source closes when it returns.
    if (!underWay.has(source)) await closing;
  }

  return {
    name: "gpu",
    async collect() {
      return mergeReadings(await Promise.all(sources.map(read)));
    },
    async close() {
      await Promise.all(sources.map(closeSource));
    },
  };
}

/** All cards in one list; OBS encodes where the first source that knows says. */
export function mergeReadings(readings: readonly GpuReading[]): GpuReading {
  const merged: GpuReading = { ...NO_GPUS, gpus: [] };
  for (const reading of readings) {
    if (reading.encodingIndex !== null) {
      merged.encodingIndex ??= merged.gpus.length + reading.encodingIndex;
    }
    merged.obsEncoderLatencyUs ??= reading.obsEncoderLatencyUs;
    merged.gpus.push(...reading.gpus);
  }
  return merged;
}
