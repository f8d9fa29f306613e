import { fieldsOf, textField } from "../../obs/fields.ts";
import type { ObsAnswer } from "../../obs/session.ts";
import { type Check, fail, pass, skipped } from "../check.ts";
import type { ConnectObs } from "../obs/obs_check.ts";
import { readServiceFacts, serviceLabel } from "../obs/service_facts.ts";
import { lookAtServer } from "./look_at_server.ts";
import type { NetworkAccess } from "./network_access.ts";

/** Steps of which each may take as long as a server may take. */
const STEPS = 12;

/** The server that OBS itself streams to, where no platform is set up in config.toml. */
export function serviceNetworkCheck(connect: ConnectObs, access: NetworkAccess): Check {
  return {
    id: "network.obs",
    name: "OBS's server: connection",
    group: "network",
    platform: null,
    deadlineMs: STEPS * access.stepMs,
    async run(context) {
      const obs = await connect().catch(() => null);
      if (obs === null) return [skipped("OBS is not reachable, so its server is not known.")];
      const [answer] = await obs.batch([{ requestType: "GetStreamServiceSettings" }]);
      const server = serverOf(answer);
      if ("problem" in server) return [server.problem];
      const { findings, reached } = await lookAtServer(server.url, { access, context });
      return reached
        ? [
          ...findings,
          pass(
            `OBS streams to ${server.label} with the key in its own settings, which is not tried.`,
          ),
        ]
        : findings;
    },
  };
}

/** The server's URL, from the answer to `GetStreamServiceSettings`, or why there is none. */
function serverOf(
  answer: ObsAnswer | undefined,
): { url: string; label: string } | { problem: ReturnType<typeof fail> } {
  const service = readServiceFacts(answer);
  if (service === null) return { problem: skipped("OBS does not tell its stream settings.") };
  const label = serviceLabel(service);
  const server = textField(fieldsOf(answer?.data["streamServiceSettings"]), "server");
  if (server !== null && /^rtmps?:\/\//i.test(server)) return { url: server, label };
  if (server !== null && /^[a-z]+:\/\//i.test(server)) {
    return { problem: skipped(`${label} is not reached by RTMP: only OBS itself can try it.`) };
  }
  const automatic = service.platform?.autoIngest ?? null;
  if (automatic !== null) return { url: automatic, label };
  if (service.hasServer) {
    return { problem: skipped(`OBS chooses the server of ${label} when the stream begins.`) };
  }
  return {
    problem: fail("No platform is set up, and OBS has no server to stream to.", {
      remedy: "Settings > Stream: choose the service, or enter Server and Stream Key. Or set up " +
        "[platforms.<name>] in config.toml.",
    }),
  };
}
