import { cleanText } from "../../../shared/text.ts";
import { fieldsOf, flagField, textField } from "../../obs/fields.ts";
import { identifyService, type StreamService } from "../../obs/output_identity.ts";
import type { ObsAnswer } from "../../obs/session.ts";

/** What OBS's stream settings say, without the key. */
export interface ServiceFacts extends StreamService {
  /**
   * Whether OBS knows the service from its list, and holds the encoder to what that recommends;
   * false for a server that the user typed in.
   */
  listed: boolean;
  /** False too where OBS was set to no service yet: it lists then, but chose none. */
  hasServer: boolean;
  hasKey: boolean;
  /** Whether streams go to Twitch's test, where no viewer sees them. */
  testMode: boolean;
}

/**
 * Takes from the answer to `GetStreamServiceSettings` what is needed. The answer holds the stream
 * key: it is looked at here and nowhere kept.
 * @returns null if OBS did not tell
 */
export function readServiceFacts(answer: ObsAnswer | undefined): ServiceFacts | null {
  const type = textField(fieldsOf(answer?.data), "streamServiceType");
  if (answer?.ok !== true || type === null) return null;
  const settings = fieldsOf(answer.data["streamServiceSettings"]);
  const listed = type === "rtmp_common";
  const name = listed ? textField(settings, "service") : null;
  const server = textField(settings, "server");
  const key = textField(settings, "key") ?? textField(settings, "bearer_token");
  const service = identifyService(name === null ? null : cleanText(name, 60), server);
  return {
    ...service,
    listed,
    hasServer: server !== null || name !== null,
    hasKey: key !== null,
    testMode: flagField(settings, "bwtest") === true || isTestKey(key),
  };
}

/** Whether a Twitch key asks for the test: `live_…?bandwidthtest=true` (Twitch's own test tool). */
function isTestKey(key: string | null): boolean {
  return key !== null && /[?&]bandwidthtest=(true|1)\b/i.test(key);
}

/** What a person calls the service. */
export function serviceLabel({ name, platform, ingest }: StreamService): string {
  return platform?.name ?? name ?? cleanText(ingest?.host ?? "the server", 80);
}
