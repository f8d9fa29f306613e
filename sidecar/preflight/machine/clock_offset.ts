import type { Finding } from "../../../shared/preflight.ts";
import { cleanText } from "../../../shared/text.ts";
import { type Check, fail, pass, skipped, warning } from "../check.ts";
import { rounded } from "../obs/plain.ts";
import { machineCheck } from "./machine_check.ts";

/** Seconds off, from which on chat, alerts and figures no longer match. */
const OFF_S = 2;

/** Seconds off, from which on logins and certificates are refused. */
const WRONG_S = 300;

/** How far the PC's clock is from a server's. */
export interface ClockOffset {
  /** Milliseconds that the server's clock is ahead of this PC's. */
  aheadMs: number;
  /** Milliseconds by which that may be wrong. */
  accuracyMs: number;
  /** Whose clock it was. */
  source: string;
}

/** Compares the PC's clock with a server's; null if none told. */
export type RemoteTime = (signal: AbortSignal) => Promise<ClockOffset | null>;

/** Whether the PC's clock is right. */
export function clockCheck(remoteTime: RemoteTime | null): Check {
  return machineCheck({
    id: "clock",
    name: "Clock",
    async look({ signal }) {
      if (remoteTime === null) return [skipped("No server was asked for the time.")];
      return [judgeClock(await remoteTime(signal))];
    },
  });
}

/** What the difference of the clocks means. */
export function judgeClock(offset: ClockOffset | null): Finding {
  if (offset === null || !Number.isFinite(offset.aheadMs)) {
    return skipped("No server told the time.");
  }
  const certainS = Math.max(0, Math.abs(offset.aheadMs) - offset.accuracyMs) / 1000;
  const source = cleanText(offset.source, 80);
  if (certainS <= OFF_S) return pass(`The PC's clock is right, by the clock of ${source}.`);
  const side = offset.aheadMs > 0 ? "behind" : "ahead";
  const seen = `The PC's clock is ${inWords(Math.abs(offset.aheadMs) / 1000)} ${side}, ` +
    `by the clock of ${source}.`;
  const advice = {
    expected: `within ${OFF_S} s`,
    remedy: "Windows: Settings > Time & language > Date & time > Sync now. " +
      'Linux: "timedatectl set-ntp true".',
  };
  return certainS >= WRONG_S
    ? fail(`${seen} Secure connections and logins fail.`, advice)
    : warning(seen, advice);
}

function inWords(seconds: number): string {
  if (seconds < 120) return `${rounded(seconds, 0)} s`;
  return seconds < 7200 ? `${rounded(seconds / 60, 0)} min` : `${rounded(seconds / 3600, 1)} h`;
}
