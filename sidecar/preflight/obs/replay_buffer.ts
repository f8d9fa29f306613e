import type { Finding } from "../../../shared/preflight.ts";
import { flagField } from "../../obs/fields.ts";
import type { ObsAnswer } from "../../obs/session.ts";
import { type Check, pass } from "../check.ts";
import type { ReadSettings } from "./limits.ts";
import { type ConnectObs, obsCheck } from "./obs_check.ts";
import { isAdvanced, isOn, type Parameters } from "./profile_parameters.ts";

/** Whether a replay buffer that is set up also runs. */
export function replayBufferCheck(connect: ConnectObs, { read }: { read: ReadSettings }): Check {
  return obsCheck({
    id: "replay_buffer",
    name: "OBS: replay buffer",
    async look(obs) {
      const { parameters } = await read(obs);
      const [status] = await obs.batch([{ requestType: "GetReplayBufferStatus" }]);
      return judgeReplayBuffer(status, parameters);
    },
  }, connect);
}

/** What the replay buffer's state means. OBS refuses the question where it is not set up. */
export function judgeReplayBuffer(
  status: ObsAnswer | undefined,
  parameters: Parameters,
): Finding[] {
  const isActive = status?.ok === true && flagField(status.data, "outputActive") === true;
  if (isActive) return [pass("The replay buffer runs.")];
  const isSetUp = isOn(parameters, isAdvanced(parameters) ? "AdvOut/RecRB" : "SimpleOutput/RecRB");
  if (isSetUp !== true) return [pass("The replay buffer is not in use.")];
  return [{
    ...pass("The replay buffer is set up and does not run: it saves nothing until it is started."),
    remedy: "Controls > Start Replay Buffer.",
  }];
}
