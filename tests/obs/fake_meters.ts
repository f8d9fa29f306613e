import type { MeteredSession } from "../../sidecar/obs/silence_sample.ts";

/** An input of an OBS that exists in a test only. */
export interface FakeInput {
  name: string;
  /** Peak after fader and mute: 1 is full scale. */
  peak: number;
  /** Null: OBS refuses to tell. */
  tracks: number[] | null;
  monitorOnly?: boolean;
}

/** A session whose OBS sends one event of its meters a listen, and counts them. */
export interface FakeMeters extends MeteredSession {
  inputs: FakeInput[];
  /** Events sent so far. */
  readonly events: number;
  /** Makes the next listens fail. */
  broken: boolean;
}

/** Makes a session with these inputs. */
export function fakeMeters(inputs: FakeInput[]): FakeMeters {
  let events = 0;
  const session: FakeMeters = {
    inputs,
    broken: false,
    get events() {
      return events;
    },
    listenToMeters(onMeters) {
      if (session.broken) return Promise.reject(new Error("No answer from OBS within 2 s"));
      events++;
      onMeters({
        inputs: session.inputs.map(({ name, peak }) => ({
          inputName: name,
          inputLevelsMul: [[peak / 2, peak, 1]],
        })),
      });
      return Promise.resolve();
    },
    batch: (requests) =>
      Promise.resolve(requests.map(({ requestType, requestData }) => {
        const input = session.inputs.find(({ name }) => name === requestData?.["inputName"]);
        if (input === undefined || input.tracks === null) return { ok: false, code: 600, data: {} };
        const { tracks, monitorOnly = false } = input;
        const data = requestType === "GetInputAudioTracks"
          ? {
            inputAudioTracks: Object.fromEntries(
              [1, 2, 3, 4, 5, 6].map((track) => [String(track), tracks.includes(track)]),
            ),
          }
          : { monitorType: `OBS_MONITORING_TYPE_${monitorOnly ? "MONITOR_ONLY" : "NONE"}` };
        return { ok: true, code: 100, data };
      })),
  };
  return session;
}
