import type { Finding } from "../../../shared/preflight.ts";
import type { Gpu, ObsTelemetry } from "../../../shared/telemetry.ts";
import { cleanText } from "../../../shared/text.ts";
import type { Figures } from "../../snapshot/assemble.ts";
import { type Check, fail, pass, skipped, warning } from "../check.ts";
import { namesIn, rounded } from "../obs/plain.ts";
import { machineCheck, type MeasureFigures } from "./machine_check.ts";

/** Percent of the card, and of its memory, that leave too little for OBS to draw the scenes. */
const GPU_BUSY = 90;
const VRAM_BUSY = 90;

/** Percent of the encoder that is more than a thumbnail or a video call. */
const ENCODER_USED = 5;

/** Percent of the time for one frame: OBS's Stats dock warns, and sounds the alarm. */
const RENDER_SLOW = 75;
const RENDER_LATE = 100;

/** Reasons that are the card's power limit at work: a busy card reaches it and that is no fault. */
const NO_FAULT = new Set(["power cap", "sync boost"]);

/** Kinds of outputs that go through a video encoder. */
const ENCODED = new Set(["stream", "record", "replay"]);

/** Whether the graphics card, its memory and its encoder have room. */
export function graphicsCheck(measure: MeasureFigures): Check {
  return machineCheck({
    id: "graphics",
    name: "Graphics card",
    look: async ({ signal }) => judgeGraphics(await measure(signal)),
  });
}

/** What the graphics card leaves for a stream. */
export function judgeGraphics({ system, obs }: Pick<Figures, "system" | "obs">): Finding[] {
  const rendering = judgeRendering(obs);
  const { gpu } = system;
  if (obs.local === false) {
    return [...rendering, skipped("OBS draws and encodes on another machine's graphics card.")];
  }
  if (gpu === null) {
    return [
      ...rendering,
      skipped("No graphics card tells its figures: NVIDIA's driver does, and AMD's on Linux."),
    ];
  }
  const faults = [...judgeCard(gpu), ...judgeThrottling(gpu), ...judgeEncoder(gpu, obs)];
  return faults.length > 0 ? [...rendering, ...faults] : [...rendering, pass(describe(gpu))];
}

function judgeCard(gpu: Gpu): Finding[] {
  const findings: Finding[] = [];
  const { utilization_percent: busy, vram_used_mb: used, vram_total_mb: total } = gpu;
  if (busy !== null && busy >= GPU_BUSY) {
    findings.push(warning(`${nameOf(gpu)} is ${rounded(busy, 0)} % busy.`, {
      expected: `below ${GPU_BUSY} %: OBS needs the rest to draw the scenes`,
      remedy:
        "Limit the game's frame rate, and run OBS as administrator: Windows then serves it first.",
    }));
  }
  if (used !== null && total !== null && total > 0 && used / total * 100 >= VRAM_BUSY) {
    findings.push(warning(
      `${rounded(used / 1024, 1)} of ${rounded(total / 1024, 1)} GiB of ${
        nameOf(gpu)
      }'s memory are in use.`,
      {
        expected: `below ${VRAM_BUSY} %`,
        remedy: "Lower the game's texture quality, or close other programs that draw.",
      },
    ));
  }
  return findings;
}

function judgeThrottling(gpu: Gpu): Finding[] {
  const reasons = (gpu.throttle_reasons ?? []).filter((reason) => !NO_FAULT.has(reason));
  if (reasons.length === 0) return [];
  const heat = gpu.temperature_celsius === null
    ? ""
    : ` at ${rounded(gpu.temperature_celsius, 0)} °C`;
  const why = namesIn(reasons.map((reason) => cleanText(reason, 40)));
  return [warning(`${nameOf(gpu)} is slowed down${heat}: ${why}.`, {
    expected: "full clock",
    remedy: "Clean its fans and give the case air; for power brake, check its power cables.",
  })];
}

/** While OBS encodes, what the others do cannot be told from it. */
function judgeEncoder(gpu: Gpu, { connected, outputs }: ObsTelemetry): Finding[] {
  const isEncoding = outputs?.some(({ active, kind }) => active === true && ENCODED.has(kind));
  if (connected !== true || isEncoding !== false) return [];
  const { encoder_sessions: sessions, encoder_utilization_percent: busy } = gpu;
  const isUsed = sessions !== null ? sessions > 0 : busy !== null && busy >= ENCODER_USED;
  if (!isUsed) return [];
  const seen = sessions === null
    ? `Another program uses ${rounded(busy ?? 0, 0)} % of ${nameOf(gpu)}'s encoder.`
    : `Other programs have ${sessions} ${sessions === 1 ? "session" : "sessions"} on ` +
      `${nameOf(gpu)}'s encoder.`;
  return [warning(seen, {
    expected: "an encoder that is free for OBS",
    remedy: "Close other recorders: ShadowPlay / Instant Replay, Xbox Game Bar, Discord's screen " +
      "sharing, Steam's recording.",
  })];
}

function judgeRendering({ render_time_ms: ms, target_fps: fps }: ObsTelemetry): Finding[] {
  if (ms === null || fps === null || fps <= 0) return [];
  const interval = 1000 / fps;
  const percent = ms / interval * 100;
  if (percent < RENDER_SLOW) return [];
  const seen = `OBS takes ${rounded(ms, 1)} ms to draw a frame; at ${rounded(fps, 2)} fps there ` +
    `are ${rounded(interval, 1)} ms.`;
  const advice = {
    expected: `below ${RENDER_SLOW} %`,
    remedy: "Limit the game's frame rate, take filters and browser sources out of the scene, or " +
      "lower Settings > Video > Base (Canvas) Resolution.",
  };
  return [percent >= RENDER_LATE ? fail(seen, advice) : warning(seen, advice)];
}

function describe(gpu: Gpu): string {
  const { utilization_percent: busy, vram_used_mb: used, vram_total_mb: total } = gpu;
  const parts = [
    busy === null ? null : `${rounded(busy, 0)} % busy`,
    used === null || total === null
      ? null
      : `${rounded(used / 1024, 1)} of ${rounded(total / 1024, 1)} GiB memory in use`,
  ].filter((part) => part !== null);
  return parts.length > 0 ? `${nameOf(gpu)}: ${parts.join(", ")}.` : `${nameOf(gpu)} is there.`;
}

function nameOf({ name }: Gpu): string {
  return cleanText(name ?? "", 60) || "The graphics card";
}
