import type { Finding } from "../../../shared/preflight.ts";
import { cleanText } from "../../../shared/text.ts";
import { type Check, fail, pass, skipped, warning } from "../check.ts";
import { machineCheck } from "./machine_check.ts";

/** What carries the traffic to the internet. */
export interface LinkReading {
  kind: "ethernet" | "wifi" | "virtual" | "other";
  /** The system's name for it; null if it has none that a person knows. */
  name: string | null;
}

/** Reads what the default route goes through; null without one. @throws Error with the reason. */
export type ReadLink = () => LinkReading | null | Promise<LinkReading | null>;

/** Whether the stream goes over a cable. */
export function linkCheck(read: ReadLink): Check {
  return machineCheck({
    id: "link",
    name: "Wi-Fi or cable",
    look: async () => [judgeLink(await read())],
  });
}

/** What the link means for a stream. */
export function judgeLink(link: LinkReading | null): Finding {
  if (link === null) {
    return fail("This PC has no way to the internet: no default route.", {
      remedy: "Plug the network cable in, or connect to the Wi-Fi.",
    });
  }
  const name = link.name === null ? "" : ` (${cleanText(link.name, 40)})`;
  switch (link.kind) {
    case "wifi":
      return warning(`The way to the internet is Wi-Fi${name}.`, {
        expected: "a cable: Wi-Fi loses and delays packets in bursts, and each one drops frames",
        remedy: "Use a network cable, or powerline; else 5 GHz, close to the access point.",
      });
    case "virtual":
      return warning(`The way to the internet is a VPN or a virtual interface${name}.`, {
        expected: "a direct way to the platforms",
        remedy: "If it is a VPN, leave it for the stream, or exclude OBS from it.",
      });
    case "ethernet":
      return pass(`The way to the internet is a cable${name}.`);
    case "other":
      return skipped(`What carries the traffic to the internet${name} is not known.`);
  }
}
