import type { Finding } from "../../../shared/preflight.ts";
import { cleanText } from "../../../shared/text.ts";
import { fieldsOf, textField } from "../../obs/fields.ts";
import { type ObsAnswer, STATUS_NOT_READY } from "../../obs/session.ts";
import { type Check, fail, pass } from "../check.ts";
import { type ConnectObs, obsFailure } from "./obs_check.ts";

/** Oldest major version of OBS that has obs-websocket 5 built in. */
const LEAST_OBS = 28;
const LEAST_PLUGIN = 5;

const UPDATE = "Install OBS 28 or later: it has obs-websocket 5 built in. In OBS: " +
  "Help > Check For Updates.";

const ENABLE = "Start OBS, then Tools > WebSocket Server Settings > Enable WebSocket server. " +
  'Or, with OBS closed, run "deno task setup", which does it for you.';

/** Whether OBS answers, and is new enough. */
export function reachableCheck(connect: ConnectObs): Check {
  return {
    id: "obs.reachable",
    name: "OBS: connection",
    group: "obs",
    platform: null,
    deadlineMs: 6_000,
    async run() {
      try {
        const obs = await connect().catch((error: unknown) => String(message(error)));
        if (typeof obs === "string") return [fail(obs, { remedy: ENABLE })];
        const [version] = await obs.batch([{ requestType: "GetVersion" }]);
        return [judgeVersion(version)];
      } catch (error) {
        return [obsFailure(error)];
      }
    },
  };
}

/** What the answer to `GetVersion` says. */
export function judgeVersion(answer: ObsAnswer | undefined): Finding {
  if (answer?.code === STATUS_NOT_READY) {
    return fail("OBS is still loading.", { remedy: "Wait until its window is there; run again." });
  }
  const data = fieldsOf(answer?.data);
  const obs = cleanText(textField(data, "obsVersion") ?? "", 40);
  const plugin = cleanText(textField(data, "obsWebSocketVersion") ?? "", 40);
  const [obsMajor, pluginMajor] = [majorOf(obs), majorOf(plugin)];
  if (answer?.ok !== true || obsMajor === null || pluginMajor === null) {
    return fail("What answers does not say that it is OBS with obs-websocket 5.", {
      remedy: "Check [obs] host and port in config.toml: they must lead to OBS.",
    });
  }
  if (obsMajor < LEAST_OBS || pluginMajor < LEAST_PLUGIN) {
    return fail(`OBS ${obs} with obs-websocket ${plugin} is too old.`, {
      expected: `OBS ${LEAST_OBS} and obs-websocket ${LEAST_PLUGIN}, or later`,
      remedy: UPDATE,
    });
  }
  return pass(`OBS ${obs} answers, with obs-websocket ${plugin}.`);
}

function majorOf(version: string): number | null {
  const digits = /^(\d{1,4})\./.exec(version)?.[1];
  return digits === undefined ? null : Number(digits);
}

function message(error: unknown): string {
  return cleanText(error instanceof Error ? error.message : String(error), 400);
}
