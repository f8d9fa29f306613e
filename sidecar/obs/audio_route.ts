/** Where the sound of an input goes. */
import { fieldsOf, textField } from "./fields.ts";
import type { ObsAnswer } from "./session.ts";

/** Tracks of an OBS input, and whether it is heard outside at all. */
export interface AudioRoute {
  /** Tracks that it is on, 1 to 6; null if OBS does not tell. */
  tracks: ReadonlySet<number> | null;
  /** Whether it is heard in the user's headphones alone. */
  monitorOnly: boolean;
}

/** Requests that ask for the route of an input, with its `inputName`; answered in this order. */
export const ROUTE_QUESTIONS = ["GetInputAudioTracks", "GetInputAudioMonitorType"] as const;

/** The route from the answers to `ROUTE_QUESTIONS`. */
export function readRoute(answers: readonly (ObsAnswer | undefined)[]): AudioRoute {
  const [tracks, monitor] = answers.map((answer) => fieldsOf(answer?.ok ? answer.data : null));
  return {
    tracks: tracksOf(tracks?.["inputAudioTracks"]),
    monitorOnly: textField(monitor ?? {}, "monitorType") === "OBS_MONITORING_TYPE_MONITOR_ONLY",
  };
}

function tracksOf(value: unknown): ReadonlySet<number> | null {
  if (typeof value !== "object" || value === null) return null;
  const fields = fieldsOf(value);
  return new Set([1, 2, 3, 4, 5, 6].filter((track) => fields[String(track)] === true));
}
