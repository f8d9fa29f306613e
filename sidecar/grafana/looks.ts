/** How values look in every dashboard: units, words, and the limits of the sidecar's own rules. */
import type { Look, Step, ValueWords } from "./panel.ts";

const GREEN = "green";
const YELLOW = "yellow";
const RED = "red";
const GREY = "text";

/** Good, then a warning, then an error from these values on. */
function rising(warning: number, error: number): readonly Step[] {
  return [[null, GREEN], [warning, YELLOW], [error, RED]];
}

/** An error, then a warning, then good from these values on. */
function falling(error: number, warning: number): readonly Step[] {
  return [[null, RED], [error, YELLOW], [warning, GREEN]];
}

const SHARE: Look = { unit: "percentunit", decimals: 1, min: 0 };

const VERDICTS: ValueWords = {
  "0": ["Healthy", GREEN],
  "1": ["Warning", YELLOW],
  "2": ["Critical", RED],
};

function flag(yes: readonly [string, string], no: readonly [string, string]): Look {
  return { words: { "0": no, "1": yes }, steps: [[null, no[1]], [1, yes[1]]] };
}

/** By what they show. */
export const LOOKS = {
  verdict: { words: VERDICTS, steps: rising(1, 2) },
  live: flag(["Live", GREEN], ["Off", GREY]),
  recording: flag(["Recording", GREEN], ["Off", GREY]),
  connected: flag(["Connected", GREEN], ["Away", GREY]),
  running: flag(["Running", GREEN], ["Stopped", GREY]),
  reconnecting: flag(["Reconnecting", RED], ["No", GREEN]),
  throttled: flag(["Throttled", YELLOW], ["Full clock", GREEN]),
  lost: { ...SHARE, decimals: 2, steps: rising(0.01, 0.05) },
  ofTarget: { ...SHARE, decimals: 0, steps: falling(0.2, 0.5) },
  ofFrameTime: { ...SHARE, decimals: 0, steps: rising(0.75, 1) },
  queue: { ...SHARE, decimals: 0, steps: [[null, GREEN], [0.5, YELLOW]] },
  busy: { ...SHARE, decimals: 0, max: 1, steps: [[null, GREEN], [0.9, YELLOW]] },
  memory: { ...SHARE, decimals: 0, max: 1, steps: [[null, GREEN], [0.9, YELLOW]] },
  load: { ...SHARE, decimals: 0, max: 1 },
  heat: { unit: "celsius", decimals: 0, steps: rising(85, 92) },
  timeLeft: { unit: "s", decimals: 0, steps: falling(300, 1800) },
  silence: { unit: "s", decimals: 0, steps: rising(60, 300) },
  troubles: { decimals: 0, steps: [[null, GREEN], [1, RED]] },
  warnings: { decimals: 0, steps: [[null, GREEN], [1, YELLOW]] },
  count: { decimals: 0 },
  bitrate: { unit: "bps", decimals: 2, min: 0 },
  duration: { unit: "s", decimals: 1, min: 0 },
  bytes: { unit: "bytes", decimals: 1, min: 0 },
  power: { unit: "watt", decimals: 0, min: 0 },
  frames: { decimals: 1, min: 0 },
} as const satisfies Record<string, Look>;
