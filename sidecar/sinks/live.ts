import type { ConfigEvent, EventName } from "../../shared/api.ts";
import { BUILD_ID } from "../../shared/build_id.ts";
import { DEFAULT_TICK_MS } from "../../shared/staleness.ts";
import type { Sink, Snapshot } from "./sink.ts";

/** Events kept for a client that does not read; older ones are dropped first. */
const MAX_WAITING_EVENTS = 64;

/** One client's place in the live stream. */
export interface Subscription {
  /** The next frame of server-sent events, once there is one; null when the stream has ended. */
  next(): Promise<Uint8Array | null>;
  /** Leaves the stream. */
  close(): void;
}

/** The sink that docks and other programs follow. */
export interface LiveStream extends Sink {
  /** Joins the stream: the settings come first, then the latest snapshot, then what is new. */
  subscribe(): Subscription;
  /** How many clients follow the stream. */
  subscribers(): number;
  /** Sends an event to all. `data` is anything that JSON can hold, without secrets. */
  publish(name: Exclude<EventName, "telemetry">, data: unknown): void;
  /** Ends every subscription; clients may come back, for instance with a new token. */
  endStreams(): void;
}

const DEFAULT_CONFIG: ConfigEvent = {
  build: BUILD_ID,
  tick_ms: DEFAULT_TICK_MS,
  theme: "dark",
  version: "",
};

const encoder = new TextEncoder();
const FRAME_END = encoder.encode("\n\n");

/** A frame as the HTML standard defines it (section "Server-sent events"); `data` is one line. */
function frame(name: EventName, id: string | number, data: Uint8Array): Uint8Array {
  const head = encoder.encode(`event: ${name}\nid: ${id}\ndata: `);
  const bytes = new Uint8Array(head.length + data.length + FRAME_END.length);
  bytes.set(head);
  bytes.set(data, head.length);
  bytes.set(FRAME_END, head.length + data.length);
  return bytes;
}

class Subscriber implements Subscription {
  readonly #events: Uint8Array[] = [];
  readonly #leave: (subscriber: Subscriber) => void;
  #snapshot: Uint8Array | null = null;
  #waiting: ((frame: Uint8Array | null) => void) | null = null;
  #ended = false;

  constructor(leave: (subscriber: Subscriber) => void) {
    this.#leave = leave;
  }

  next(): Promise<Uint8Array | null> {
    const ready = this.#take();
    if (ready !== null || this.#ended) return Promise.resolve(ready);
    return new Promise((resolve) => this.#waiting = resolve);
  }

  close(): void {
    this.#ended = true;
    this.#events.length = 0;
    this.#snapshot = null;
    this.#leave(this);
    this.#wake();
  }

  offerSnapshot(frame: Uint8Array): void {
    this.#snapshot = frame;
    this.#wake();
  }

  offerEvent(frame: Uint8Array): void {
    if (this.#events.length === MAX_WAITING_EVENTS) this.#events.shift();
    this.#events.push(frame);
    this.#wake();
  }

  #take(): Uint8Array | null {
    const event = this.#events.shift();
    if (event !== undefined) return event;
    const snapshot = this.#snapshot;
    this.#snapshot = null;
    return snapshot;
  }

  #wake(): void {
    if (this.#waiting === null) return;
    const resolve = this.#waiting;
    this.#waiting = null;
    resolve(this.#take());
  }
}

class Live implements LiveStream {
  readonly name = "live";
  readonly #config: () => ConfigEvent;
  readonly #subscribers = new Set<Subscriber>();
  #latest: Snapshot | null = null;
  #events = 0;
  #closed = false;

  constructor(config: () => ConfigEvent) {
    this.#config = config;
  }

  write(snapshot: Snapshot): void {
    this.#latest = snapshot;
    if (this.#subscribers.size === 0) return;
    const bytes = snapshotFrame(snapshot);
    for (const subscriber of this.#subscribers) subscriber.offerSnapshot(bytes);
  }

  publish(name: Exclude<EventName, "telemetry">, data: unknown): void {
    if (this.#subscribers.size === 0) return;
    const bytes = this.#eventFrame(name, data);
    for (const subscriber of this.#subscribers) subscriber.offerEvent(bytes);
  }

  subscribe(): Subscription {
    const subscriber = new Subscriber((left) => this.#subscribers.delete(left));
    if (this.#closed) {
      subscriber.close();
      return subscriber;
    }
    this.#subscribers.add(subscriber);
    subscriber.offerEvent(this.#eventFrame("config", this.#config()));
    if (this.#latest !== null) subscriber.offerSnapshot(snapshotFrame(this.#latest));
    return subscriber;
  }

  subscribers(): number {
    return this.#subscribers.size;
  }

  endStreams(): void {
    for (const subscriber of [...this.#subscribers]) subscriber.close();
  }

  close(): void {
    this.#closed = true;
    this.endStreams();
  }

  #eventFrame(name: EventName, data: unknown): Uint8Array {
    return frame(name, `${name}-${++this.#events}`, encoder.encode(JSON.stringify(data)));
  }
}

function snapshotFrame({ telemetry, json }: Snapshot): Uint8Array {
  return frame("telemetry", telemetry.sequence, json);
}

/**
 * Makes the live stream. Each snapshot becomes one frame, made once for all clients and not at all
 * while there are none. A client that reads slowly finds the newest snapshot when it reads again:
 * at most one snapshot and 64 events wait for it.
 */
export function createLiveStream(
  { config = () => DEFAULT_CONFIG }: { config?: () => ConfigEvent } = {},
): LiveStream {
  return new Live(config);
}
