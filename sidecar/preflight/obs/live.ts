import type { Finding } from "../../../shared/preflight.ts";
import { cleanText } from "../../../shared/text.ts";
import { fieldsOf, flagField, listField, textField } from "../../obs/fields.ts";
import { identifyOutput, type StreamService } from "../../obs/output_identity.ts";
import type { ObsAnswer } from "../../obs/session.ts";
import { type Check, pass, skipped, warning } from "../check.ts";
import { type ConnectObs, obsCheck } from "./obs_check.ts";
import { namesIn } from "./plain.ts";
import { readServiceFacts } from "./service_facts.ts";

const UNKNOWN_SERVICE: StreamService = {
  name: null,
  platform: null,
  ingest: null,
  takesTracks: false,
};

/** More outputs than any OBS has. */
const MAX_OUTPUTS = 64;

/** Whether OBS streams already. */
export function liveCheck(connect: ConnectObs): Check {
  return obsCheck({
    id: "live",
    name: "OBS: not live yet",
    async look(obs) {
      const [list, service] = await obs.batch([
        { requestType: "GetOutputList" },
        { requestType: "GetStreamServiceSettings" },
      ]);
      return judgeLive(list, readServiceFacts(service));
    },
  }, connect);
}

/** What the answer to `GetOutputList` says. */
export function judgeLive(
  answer: ObsAnswer | undefined,
  service: StreamService | null,
): Finding[] {
  if (answer?.ok !== true) return [skipped("OBS does not tell its outputs.")];
  const live = activeStreams(answer, service ?? UNKNOWN_SERVICE);
  if (live.length === 0) return [pass("Nothing is being streamed yet.")];
  return [warning(`OBS streams already: ${namesIn(live)}.`, {
    expected: "no active stream before you go live",
    remedy: "If that is not meant: Controls > Stop Streaming.",
  })];
}

/** Names of the network outputs that are active, from the answer to `GetOutputList`. */
export function activeStreams(
  answer: ObsAnswer,
  service: StreamService = UNKNOWN_SERVICE,
): string[] {
  return listField(answer.data, "outputs", MAX_OUTPUTS).map(fieldsOf).flatMap((output) => {
    const outputName = textField(output, "outputName");
    const outputKind = textField(output, "outputKind");
    const active = flagField(output, "outputActive") === true;
    if (!active || outputName === null || outputKind === null) return [];
    const identity = identifyOutput({ outputName, outputKind, copies: 1 }, service);
    return identity?.kind === "stream" ? [cleanText(identity.name, 60) || "unnamed"] : [];
  });
}
