import type { AlertEvent } from "../../shared/api.ts";
import { SEVERITIES, type Severity } from "../../shared/severity.ts";
import type { Link } from "./link.ts";
import type { Live } from "./live.ts";

/** Plays a sound; severe ones are more urgent. */
export type PlaySound = (severity: Severity) => void;

/**
 * Shortest time from one sound to the next that is no worse, in milliseconds: one trouble makes
 * many alerts.
 */
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
  /** By id: the occurrence that was heard, and as how bad. A sidecar that dies tells no end. */
  const heard = new Map<string, { uid: string; rank: number }>();
  let last = { atMs: -Infinity, rank: -1 };
  return link.onAlert(({ state, alert: { id, uid, severity } }: AlertEvent) => {
    if (state === "resolved") {
      heard.delete(id);
      return;
    }
    const wanted = level.peek();
    const rank = SEVERITIES.indexOf(severity);
    if (wanted === "off" || rank < SEVERITIES.indexOf(wanted)) return;
    const before = heard.get(id);
    if (before !== undefined && before.uid === uid && rank <= before.rank) return;
    const atMs = now();
    const isPause = Math.abs(atMs - last.atMs) < PAUSE_MS;
    // What is worse than the sound before is not drowned by it.
    if (isPause && rank <= last.rank) return;
    last = { atMs, rank };
    heard.set(id, { uid, rank });
    play(severity);
  });
}
