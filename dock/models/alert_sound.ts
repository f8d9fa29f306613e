import type { AlertEvent } from "../../shared/api.ts";
import { SEVERITIES, type Severity } from "../../shared/severity.ts";
import type { Link } from "./link.ts";
import type { Live } from "./live.ts";

/** Plays a sound; severe ones are more urgent. */
export type PlaySound = (severity: Severity) => void;

/** Shortest time from one sound to the next, in milliseconds: one trouble makes many alerts. */
const PAUSE_MS = 3000;

/** What the sound of alerts needs. */
export interface AlertSoundOptions {
  link: Pick<Link, "onAlert">;
  level: Live["sound"];
  play: PlaySound;
  /** Unix milliseconds. */
  now: () => number;
}

/**
 * Lets alerts be heard from the user's severity on: once when they come, and once more when they
 * get worse.
 * @returns what ends that
 */
export function soundAlerts({ link, level, play, now }: AlertSoundOptions): () => void {
  const heard = new Map<string, number>();
  let lastMs = -Infinity;
  return link.onAlert(({ state, alert: { id, severity } }: AlertEvent) => {
    if (state === "resolved") {
      heard.delete(id);
      return;
    }
    const wanted = level.peek();
    const rank = SEVERITIES.indexOf(severity);
    const isWorse = rank > (heard.get(id) ?? -1);
    heard.set(id, rank);
    if (wanted === "off" || rank < SEVERITIES.indexOf(wanted) || !isWorse) return;
    if (now() - lastMs < PAUSE_MS) return;
    lastMs = now();
    play(severity);
  });
}
