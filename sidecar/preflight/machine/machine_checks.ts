import type { Libc } from "../../linux/libc.ts";
import type { Figures } from "../../snapshot/assemble.ts";
import type { Check } from "../check.ts";
import { clockCheck, type RemoteTime } from "./clock_offset.ts";
import { graphicsCheck } from "./graphics.ts";
import { linkCheck, type ReadLink } from "./link.ts";
import { linkReader } from "./link_reading.ts";
import { loadCheck } from "./load.ts";
import type { MeasureFigures } from "./machine_check.ts";
import { powerCheck, type ReadPower } from "./power.ts";
import { powerReader } from "./power_reading.ts";
import { uploadsCheck } from "./uploads.ts";

/** What the checks of the machine need. */
export interface MachineChecksOptions {
  /** Gives the machine's and OBS's figures, rates included; called once a run. */
  measure: MeasureFigures;
  /** Compares the PC's clock with a server's; null if no server is asked. */
  remoteTime: RemoteTime | null;
  os: typeof Deno.build.os;
  /** Linux's C library; null elsewhere. */
  libc: Libc | null;
  /** Windows's `%SystemRoot%`. */
  systemRoot?: string | undefined;
  readPower?: ReadPower;
  readLink?: ReadLink;
}

/** The checks of the machine for one run. */
export function machineChecks(options: MachineChecksOptions): Check[] {
  const { os, libc, systemRoot, remoteTime } = options;
  let figures: Promise<Figures> | null = null;
  const measure: MeasureFigures = (signal) =>
    figures ??= Promise.try(() => options.measure(signal));
  const system = { os, libc, systemRoot };
  return [
    loadCheck(measure),
    graphicsCheck(measure),
    powerCheck(options.readPower ?? powerReader(system), { os }),
    linkCheck(options.readLink ?? linkReader(system)),
    uploadsCheck(measure),
    clockCheck(remoteTime),
  ];
}
