/** A connection to OBS whose answers come from a world and not from a socket. */
import { OBSWebSocket } from "obs-websocket-js/json";
import { silentLog } from "../../../sidecar/log/log.ts";
import { ObsConnection } from "../../../sidecar/obs/connection.ts";
import type { ObsEndpoint } from "../../../sidecar/obs/endpoint.ts";
import type { Fields } from "../../../sidecar/obs/fields.ts";
import { type ObsAnswer, type ObsRequest, ObsSession } from "../../../sidecar/obs/session.ts";
import type { World } from "./world.ts";

const ENDPOINT: ObsEndpoint = {
  host: "127.0.0.1",
  port: 4455,
  passwords: [],
  configRoot: "/obs",
  disabled: false,
  isRunning: false,
};

/** Somebody who listens to the meters, and until when. */
interface Listener {
  onMeters(data: Fields): void;
  endMs: number;
  done(): void;
}

/** A session that asks a world. */
export class ScriptedSession extends ObsSession {
  readonly #world: World;
  readonly #nowMs: () => number;
  readonly #listeners = new Set<Listener>();

  constructor(world: World, nowMs: () => number) {
    super(new OBSWebSocket(), {
      deadlineMs: 0,
      pluginVersion: "5.5.4",
      closed: new Promise(() => {}),
    });
    this.#world = world;
    this.#nowMs = nowMs;
  }

  override batch(requests: readonly ObsRequest[]): Promise<ObsAnswer[]> {
    if (!this.#world.connected) return Promise.reject(new Error("The connection has ended."));
    return Promise.resolve(requests.map((request) => this.#world.answer(request)));
  }

  override listenToMeters(
    onMeters: (data: Fields) => void,
    { ms, signal }: { ms: number; signal: AbortSignal },
  ): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>();
    const listener = { onMeters, endMs: this.#nowMs() + ms, done: resolve };
    this.#listeners.add(listener);
    signal.addEventListener("abort", () => this.#end(listener), { once: true });
    return promise;
  }

  /** Sends the meters of now to whoever listens. */
  sendMeters(): void {
    for (const listener of [...this.#listeners]) {
      if (this.#world.connected) listener.onMeters(this.#world.meters());
      if (!this.#world.connected || this.#nowMs() >= listener.endMs) this.#end(listener);
    }
  }

  override close(): void {}

  #end(listener: Listener): void {
    this.#listeners.delete(listener);
    listener.done();
  }
}

/** A connection that is there whenever the world's OBS is. */
export class ScriptedConnection extends ObsConnection {
  readonly #world: World;
  readonly #nowMs: () => number;
  #current: ScriptedSession | null = null;
  #process = 0;

  constructor(world: World, nowMs: () => number) {
    super({
      findEndpoints: () => Promise.resolve([]),
      onChange() {},
      onEvent() {},
      log: silentLog,
    });
    this.#world = world;
    this.#nowMs = nowMs;
  }

  override get session(): ScriptedSession | null {
    if (!this.#world.connected) return this.#current = null;
    if (this.#current === null || this.#process !== this.#world.process) {
      this.#current = new ScriptedSession(this.#world, this.#nowMs);
      this.#process = this.#world.process;
    }
    return this.#current;
  }

  override get endpoint(): ObsEndpoint {
    return ENDPOINT;
  }

  override get problem(): string {
    return "OBS is gone.";
  }

  override get exited(): boolean {
    return false;
  }

  override get shutOut(): boolean {
    return false;
  }

  override abandon(): void {}
}
