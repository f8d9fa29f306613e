import type { Finding } from "../../../shared/preflight.ts";
import { type Check, pass, warning } from "../check.ts";
import type { ReadSettings } from "./limits.ts";
import { type ConnectObs, obsCheck } from "./obs_check.ts";
import { isOn, numberOf, type Parameters } from "./profile_parameters.ts";

const RECONNECT = "Settings > Advanced > Automatically Reconnect";

/** Stream delay, Dynamic Bitrate and what happens when the connection is lost. */
export function deliveryCheck(connect: ConnectObs, { read }: { read: ReadSettings }): Check {
  return obsCheck({
    id: "delivery",
    name: "OBS: delay and reconnecting",
    look: async (obs) => judgeDelivery((await read(obs)).parameters),
  }, connect);
}

/** What the profile's network settings mean for the viewers. */
export function judgeDelivery(parameters: Parameters): Finding[] {
  const findings: Finding[] = [];
  if (isOn(parameters, "Output/DelayEnable") === true) {
    const seconds = numberOf(parameters, "Output/DelaySec");
    findings.push(warning(
      `Stream delay is on: viewers see you ${seconds ?? "some"} s later than without it.`,
      { remedy: "If that is not meant: Settings > Advanced > Stream Delay > untick Enable." },
    ));
  }
  if (isOn(parameters, "Output/Reconnect") === false) {
    findings.push(warning("Reconnecting is off: the first lost connection ends the stream.", {
      expected: "on, with 25 retries",
      remedy: `${RECONNECT} > tick Enable.`,
    }));
  } else if (numberOf(parameters, "Output/MaxRetries") === 0) {
    findings.push(warning("OBS does not try to reconnect: its maximum of retries is 0.", {
      expected: "25 retries",
      remedy: `${RECONNECT} > Maximum Retries: 25.`,
    }));
  }
  if (isOn(parameters, "Output/DynamicBitrate") === true) {
    findings.push(pass(
      "Dynamic Bitrate is on: on a bad line the picture gets worse in place of dropped frames. " +
        "So watch the bitrate, not the drops.",
    ));
  }
  return findings.length > 0 ? findings : [pass("No stream delay; OBS reconnects by itself.")];
}
