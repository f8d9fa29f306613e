import type { Alert } from "../../shared/alert.ts";
import type { Output } from "../../shared/telemetry.ts";
import { formatSpan } from "./format.ts";
import { SINCE } from "./without_since.ts";

/** Rules whose first sentence says what goes on: there it makes sense to say for how long. */
const LASTING: readonly string[] = [
  "network_drops",
  "reconnecting",
  "congestion",
  "bitrate_low",
  "encoder_skips",
  "render_lag",
  "low_fps",
  "vram_full",
  "cpu_busy",
  "memory_full",
];

/**
 * An alert's message with the time that the trouble lasts: "Network: Twitch is dropping 4 % of its
 * frames for 20 s. Lower the bitrate." Other messages stay as they are.
 */
export function withDuration(
  { id, message, since }: Alert,
  { nowMs, outputs }: { nowMs: number; outputs: readonly Output[] },
): string {
  const lasts = ` for ${formatSpan((nowMs - (since ?? nowMs)) / 1000)}`;
  if (since !== null && SINCE.test(message)) return message.replace(SINCE, lasts);
  const [rule = "", ...rest] = id.split(":");
  if (since === null || !LASTING.includes(rule)) return message;
  // A full stop in an output's name ends no sentence.
  const name = outputs.find((output) => output.id === rest.join(":"))?.name ?? "";
  const afterName = name === "" ? 0 : Math.max(0, message.indexOf(name)) + name.length;
  const end = message.slice(afterName).search(/\.(\s|$)/);
  if (end === -1) return message;
  const stop = afterName + end;
  return `${message.slice(0, stop)}${lasts}${message.slice(stop)}`;
}
