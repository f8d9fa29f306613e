/** Runs in a Windows: prints what the checks of the machine read of it, as JSON. */
import type { LinkReading } from "../../../sidecar/preflight/machine/link.ts";
import { linkReader } from "../../../sidecar/preflight/machine/link_reading.ts";
import { readWindowsPower, type WindowsPower } from "../../../sidecar/win32/power.ts";

/** What is printed. */
export interface WindowsReading extends WindowsPower {
  link: LinkReading | null;
}

const reading: WindowsReading = {
  ...readWindowsPower(),
  link: await linkReader({ os: "windows", libc: null })(),
};
console.log(JSON.stringify(reading));
