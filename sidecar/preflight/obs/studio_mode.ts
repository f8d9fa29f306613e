import type { Finding } from "../../../shared/preflight.ts";
import { fieldsOf, flagField, textField } from "../../obs/fields.ts";
import type { ObsAnswer } from "../../obs/session.ts";
import { type Check, pass, skipped, warning } from "../check.ts";
import { type ConnectObs, obsCheck } from "./obs_check.ts";
import { quoted } from "./plain.ts";

/** Whether studio mode shows the user another scene than the viewers get. */
export function studioModeCheck(connect: ConnectObs): Check {
  return obsCheck({
    id: "studio_mode",
    name: "OBS: studio mode",
    async look(obs) {
      const [enabled, program, preview] = await obs.batch([
        { requestType: "GetStudioModeEnabled" },
        { requestType: "GetCurrentProgramScene" },
        { requestType: "GetCurrentPreviewScene" },
      ]);
      return judgeStudioMode({ enabled, program, preview });
    },
  }, connect);
}

/** What the two scenes of studio mode mean. */
export function judgeStudioMode(
  { enabled, program, preview }: Record<"enabled" | "program" | "preview", ObsAnswer | undefined>,
): Finding[] {
  const isOn = enabled?.ok ? flagField(enabled.data, "studioModeEnabled") : null;
  if (isOn === null) return [skipped("OBS does not tell whether studio mode is on.")];
  if (!isOn) return [pass("Studio mode is off: what you see is what is streamed.")];
  const live = textField(fieldsOf(program?.data), "currentProgramSceneName");
  const next = textField(fieldsOf(preview?.data), "currentPreviewSceneName");
  if (live === null || next === null) return [skipped("OBS does not tell its current scenes.")];
  if (live === next) return [pass(`Studio mode is on, with ${quoted(live)} on both sides.`)];
  return [warning(`Studio mode: viewers get ${quoted(live)}, your preview is ${quoted(next)}.`, {
    expected: "the scene that you want to begin with as Program",
    remedy: `Press Transition if you want to begin with ${quoted(next)}.`,
  })];
}
