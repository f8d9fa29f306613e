import { type JsonObject, SUBSCRIPTION } from "./protocol.ts";
import type { Session } from "./session.ts";
import type { SimulatedInput } from "./state.ts";

/** How often OBS tells its levels (obs-websocket, src/eventhandler/EventHandler.cpp). */
const METERS_EVERY_MS = 50;

/** What the meters need. */
export interface MetersOptions {
  inputs(): readonly SimulatedInput[];
  sessions: ReadonlySet<Session>;
  emit(eventType: string, eventData: JsonObject): void;
}

/** The volume meters: they run while any client wants them. */
export interface Meters {
  /** A client came, went or wants other events. */
  look(): void;
  stop(): void;
}

/** Makes the meters; nothing runs yet. */
export function createMeters({ inputs, sessions, emit }: MetersOptions): Meters {
  let timer: ReturnType<typeof setInterval> | undefined;

  function stop(): void {
    clearInterval(timer);
    timer = undefined;
  }

  function tell(): void {
    emit("InputVolumeMeters", { inputs: inputs().map(levels) });
  }

  return {
    look() {
      const wanted = [...sessions].some(({ subscriptions }) =>
        (subscriptions & SUBSCRIPTION.inputVolumeMeters) !== 0
      );
      if (!wanted) stop();
      else timer ??= setInterval(tell, METERS_EVERY_MS);
    },
    stop,
  };
}

/** Two channels with magnitude, peak and peak before fader and mute. */
function levels({ name, peak, muted }: SimulatedInput): JsonObject {
  const heard = muted ? 0 : peak;
  const channel = [heard / 2, heard, peak];
  return { inputName: name, inputLevelsMul: [channel, channel] };
}
