import type { Finding } from "../../../shared/preflight.ts";
import type { Figures } from "../../snapshot/assemble.ts";
import { type Check, pass, skipped, warning } from "../check.ts";
import { rounded } from "../obs/plain.ts";
import { machineCheck, type MeasureFigures } from "./machine_check.ts";

/** Mbit/s beside OBS that a chat, a game and a call need. */
const USUAL_MBPS = 1;

/** Share of the measured uplink that may go elsewhere, if that is more. */
const USUAL_SHARE = 0.1;

/** Whether something else uploads now. */
export function uploadsCheck(measure: MeasureFigures): Check {
  return machineCheck({
    id: "uploads",
    name: "Other uploads",
    look: async ({ signal }) => [judgeUploads(await measure(signal))],
  });
}

/** What goes out of this PC beside OBS's own streams. */
export function judgeUploads({ network, obs }: Pick<Figures, "network" | "obs">): Finding {
  const { upload_speed_mbps: total, upload_capacity_mbps: capacity } = network;
  if (total === null) return skipped("How much this PC uploads is not known.");
  const streams = (obs.outputs ?? []).filter(({ kind, active }) =>
    kind === "stream" && active === true && obs.local !== false
  );
  if (streams.some(({ bitrate_kbps }) => bitrate_kbps === null)) {
    return skipped("OBS streams, so that other uploads cannot be told from it yet.");
  }
  const own = streams.reduce((sum, { bitrate_kbps }) => sum + (bitrate_kbps ?? 0), 0) / 1000;
  const others = Math.max(0, total - own);
  const usual = Math.max(USUAL_MBPS, (capacity ?? 0) * USUAL_SHARE);
  const seen = `Beside OBS, this PC sends ${rounded(others, 1)} Mbit/s.`;
  if (others <= usual) return pass(seen);
  return warning(seen, {
    expected: `at most ${rounded(usual, 1)} Mbit/s`,
    remedy: "Pause cloud backups, game and video uploads, and updates that share with others. " +
      "It does no harm if it stays in your own network (NAS, NDI).",
  });
}
