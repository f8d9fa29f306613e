import { type Rule, SINCE } from "../rule.ts";

/** Most inputs that the message names. */
const MAX_NAMED = 3;

/** Viewers hear nothing. A warning: many mean it, for a moment or before they begin. */
export const silence: Rule = {
  id: "silence",
  pace: "silence",
  find: ({ obs }) => {
    const { silent_s: value, silent_inputs: inputs } = obs;
    if (value === null || value <= 0) return [];
    return [{
      severity: "warning",
      metric: "obs.silent_s",
      value,
      beganMsAgo: value * 1000,
      message: `Sound: nothing is heard on the stream${SINCE}. ${whatToCheck(inputs ?? [])}`,
    }];
  },
};

function whatToCheck(inputs: readonly string[]): string {
  if (inputs.length === 0) {
    return "No active source is on the streamed track: Edit > Advanced Audio Properties > Tracks.";
  }
  const named = inputs.slice(0, MAX_NAMED).join(", ");
  const more = inputs.length > MAX_NAMED ? ` and ${inputs.length - MAX_NAMED} more` : "";
  return `Muted or silent: ${named}${more}. Check the Audio Mixer, and the device's own switch.`;
}
