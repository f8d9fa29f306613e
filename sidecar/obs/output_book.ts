import type { ObsTelemetry, Output } from "../../shared/telemetry.ts";
import { type Fields, fieldsOf, flagField, textField } from "./fields.ts";
import { identifyOutput, type StreamService } from "./output_identity.ts";
import { type EarlierCounts, OutputTracker } from "./output_tracker.ts";
import { percentOf } from "./window.ts";

/** Most outputs that are followed; a hostile plugin could make any number. */
const MAX_OUTPUTS = 64;

/** What the outputs together tell, as it stands in a snapshot. */
export type OutputFigures = Pick<
  ObsTelemetry,
  | "streaming"
  | "recording"
  | "outputs"
  | "total_dropped_frames"
  | "total_frames"
  | "overall_drop_percentage"
  | "recent_drop_percentage"
>;

/** All outputs that are or were active, by OBS's name for them. */
export class OutputBook {
  readonly #trackers = new Map<string, OutputTracker>();

  /** Names of the outputs that are followed. */
  get names(): string[] {
    return [...this.#trackers.keys()];
  }

  /** Whether any output is active. */
  get active(): boolean {
    return this.#all().some((tracker) => tracker.active);
  }

  /** Whether the stream is active that OBS's own Start Streaming button starts. */
  get mainStreaming(): boolean {
    return this.#all().some(({ active, identity }) => active && identity.isMainStream);
  }

  /** Bytes a second of all recordings, mean of the last 30 s; null if none is known. */
  get recordBytesPerSecond(): number | null {
    const rates = this.#all()
      .filter(({ identity }) => identity.kind === "record")
      .map((tracker) => tracker.recordBytesPerSecond)
      .filter((rate) => rate !== null);
    return rates.length === 0 ? null : rates.reduce((sum, rate) => sum + rate, 0);
  }

  /**
   * Frames, drops and bytes of an output's connections before the one that is up now: what OBS
   * itself no longer tells. Null if there is no such output.
   */
  carried(name: string): OutputTracker["carried"] | null {
    return this.#trackers.get(name)?.carried ?? null;
  }

  /** Forgets all outputs: OBS was started anew. */
  clear(): void {
    this.#trackers.clear();
  }

  /**
   * Takes an answer of `GetOutputList`. Outputs are followed from when they are first active;
   * those that OBS no longer lists are no longer active.
   * @returns names of outputs followed from now on
   */
  list(data: Fields, service: StreamService): string[] {
    if (!Array.isArray(data["outputs"])) return [];
    const outputs = data["outputs"].map(fieldsOf);
    const copies = new Map<string, number>();
    for (const output of outputs) {
      const name = textField(output, "outputName") ?? "";
      copies.set(name, (copies.get(name) ?? 0) + 1);
    }
    const added: string[] = [];
    for (const output of outputs) {
      const outputName = textField(output, "outputName");
      if (outputName === null) continue;
      const outputKind = textField(output, "outputKind") ?? "";
      const known = this.#trackers.get(outputName);
      const isActive = flagField(output, "outputActive") === true;
      if (known === undefined && (!isActive || this.#trackers.size >= MAX_OUTPUTS)) continue;
      const identity = identifyOutput(
        { outputName, outputKind, copies: copies.get(outputName) ?? 1 },
        service,
      );
      if (identity === null) continue;
      if (known !== undefined) {
        known.identity = identity;
      } else {
        this.#trackers.set(outputName, new OutputTracker(identity));
        added.push(outputName);
      }
    }
    for (const [name, tracker] of this.#trackers) if (!copies.has(name)) tracker.noteGone();
    return added;
  }

  /** Takes an answer of `GetOutputStatus`. */
  update(name: string, { status, atMs }: { status: Fields; atMs: number }): void {
    this.#trackers.get(name)?.update(status, atMs);
  }

  /**
   * Lets outputs that are followed from now on go on with what an earlier sidecar counted.
   * @param earlier asked for each that is active, as OBS alone tells of it; null: it began anew
   */
  resume(names: readonly string[], earlier: (output: Output) => EarlierCounts | null): void {
    for (const name of names) {
      const tracker = this.#trackers.get(name);
      const counts = tracker?.active ? earlier(tracker.snapshot(null)) : null;
      if (counts !== null) tracker?.resume(counts);
    }
  }

  /** Takes it that OBS did not tell how an output fares. */
  miss(name: string): void {
    this.#trackers.get(name)?.miss();
  }

  /** Takes OBS's event about the main stream's connection. */
  noteReconnecting(reconnecting: boolean): void {
    for (const tracker of this.#all()) {
      if (tracker.identity.isMainStream) tracker.noteReconnecting(reconnecting);
    }
  }

  /**
   * Takes what OBS says of its main recording; of plugins' recordings it says nothing.
   * @param paused null if OBS did not tell
   */
  notePaused(paused: boolean | null): void {
    for (const tracker of this.#all()) {
      if (tracker.identity.isMainRecording) tracker.notePaused(paused);
    }
  }

  /** The outputs, and the sums over the network's, as they stand in a snapshot. */
  snapshot(targetBitrateKbps: number | null): OutputFigures {
    const outputs = this.#all().map((tracker) =>
      tracker.snapshot(tracker.identity.hasProfileBitrate ? targetBitrateKbps : null)
    );
    const network = outputs.filter(({ kind }) => kind === "stream");
    const counted = network.filter(({ dropped_frames }) => dropped_frames !== null);
    const dropped = sum(counted, "dropped_frames");
    return {
      streaming: network.some(({ active }) => active),
      recording: outputs.some(({ kind, active }) => kind === "record" && active),
      outputs,
      total_dropped_frames: dropped,
      total_frames: sum(network, "total_frames"),
      overall_drop_percentage: percentOf(dropped, sum(counted, "total_frames")),
      recent_drop_percentage: this.#recentDropPercentage(),
    };
  }

  #recentDropPercentage(): number | null {
    const recent = this.#all()
      .filter(({ identity, active }) => identity.reportsDrops && active)
      .map((tracker) => tracker.recentFrames);
    if (recent.every(({ total }) => total === null)) return null;
    const add = (part: "dropped" | "total") =>
      recent.reduce((total, frames) => total + (frames[part] ?? 0), 0);
    return percentOf(add("dropped"), add("total"));
  }

  #all(): OutputTracker[] {
    return [...this.#trackers.values()];
  }
}

function sum(outputs: Output[], field: "dropped_frames" | "total_frames"): number {
  return outputs.reduce((total, output) => total + (output[field] ?? 0), 0);
}
