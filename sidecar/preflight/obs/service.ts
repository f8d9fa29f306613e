import type { Finding } from "../../../shared/preflight.ts";
import { type Check, fail, pass, skipped, warning } from "../check.ts";
import { type ConnectObs, obsCheck } from "./obs_check.ts";
import { readServiceFacts, type ServiceFacts, serviceLabel } from "./service_facts.ts";

/** Where OBS is set to stream to, and whether anybody would see it. */
export function serviceCheck(connect: ConnectObs): Check {
  return obsCheck({
    id: "service",
    name: "OBS: stream settings",
    async look(obs) {
      const [answer] = await obs.batch([{ requestType: "GetStreamServiceSettings" }]);
      return judgeService(readServiceFacts(answer));
    },
  }, connect);
}

/** What the stream settings mean. */
export function judgeService(service: ServiceFacts | null): Finding[] {
  if (service === null) return [skipped("OBS does not tell its stream settings.")];
  const label = serviceLabel(service);
  const findings: Finding[] = [];
  if (service.testMode) {
    findings.push(fail(`OBS streams to ${label} in test mode: no viewer would see it.`, {
      expected: "a live stream",
      remedy: "Settings > Stream > untick Enable Bandwidth Test Mode, and take " +
        '"?bandwidthtest=true" off the end of the stream key.',
    }));
  }
  if (!service.hasServer) {
    findings.push(warning("OBS has no server to stream to.", {
      remedy: "Settings > Stream > choose the service, or enter Server and Stream Key. Leave it " +
        "if only a multistream plugin streams.",
    }));
  } else if (service.listed && !service.hasKey) {
    // SRT, WHIP and many a server of one's own have none.
    findings.push(warning(`OBS has no stream key for ${label}.`, {
      remedy: "Settings > Stream > connect the account, or paste the key from the platform's " +
        "dashboard as Stream Key. Some accounts get theirs when you go live.",
    }));
  }
  return findings.length > 0 ? findings : [pass(`OBS is set to stream to ${label}.`)];
}
