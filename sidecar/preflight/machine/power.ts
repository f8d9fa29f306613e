import type { Finding } from "../../../shared/preflight.ts";
import { cleanText } from "../../../shared/text.ts";
import { type Check, pass, skipped, warning } from "../check.ts";
import { machineCheck } from "./machine_check.ts";

/** How the machine is powered. */
export interface PowerReading {
  /** Null if that cannot be told. */
  onBattery: boolean | null;
  /** What holds the processor's speed: Windows's power plan, or Linux's governor. */
  plan: { saving: boolean; name: string } | null;
}

/** Reads how the machine is powered. @throws Error with the reason if that cannot be told. */
export type ReadPower = () => PowerReading | Promise<PowerReading>;

/** Whether the machine saves power at the stream's cost. */
export function powerCheck(read: ReadPower, { os }: { os: typeof Deno.build.os }): Check {
  return machineCheck({
    id: "power",
    name: "Power",
    look: async () => judgePower(await read(), { os }),
  });
}

/** What the machine's power means for a stream. */
export function judgePower(
  { onBattery, plan }: PowerReading,
  { os }: { os: typeof Deno.build.os },
): Finding[] {
  const findings: Finding[] = [];
  if (onBattery === true) {
    findings.push(warning("This PC runs on its battery: it slows itself down, and ends.", {
      expected: "mains",
      remedy: "Plug it in.",
    }));
  }
  if (plan?.saving === true) {
    findings.push(warning(`The power plan is ${cleanText(plan.name, 60)}: it slows the PC down.`, {
      expected: os === "windows" ? "Balanced or High performance" : "performance or schedutil",
      remedy: os === "windows"
        ? "Windows Settings > System > Power: Best performance."
        : 'Choose "Performance" in the desktop\'s power settings, or run ' +
          '"powerprofilesctl set performance".',
    }));
  }
  if (findings.length > 0) return findings;
  if (onBattery === null && plan === null) {
    return [skipped("This system does not tell how it saves power.")];
  }
  const mains = onBattery === false ? "This PC runs on mains" : "This PC does not save power";
  return [pass(plan === null ? `${mains}.` : `${mains}; power plan: ${cleanText(plan.name, 60)}.`)];
}
