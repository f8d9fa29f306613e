/** All parts of the benchmark, in the order of the results. */
import { bandwidth } from "./bandwidth.ts";
import { bridgeWrite } from "./bridge_write.ts";
import { coldStart } from "./cold_start.ts";
import { config } from "./config.ts";
import { dockHours } from "./dock_hours.ts";
import { dockPage } from "./dock_page.ts";
import { dockSize } from "./dock_size.ts";
import { metricsExport } from "./export.ts";
import { fleet } from "./fleet.ts";
import { footprint } from "./footprint.ts";
import { history } from "./history.ts";
import { judgement } from "./judgement.ts";
import { kills } from "./kills.ts";
import { memorySlope } from "./memory_slope.ts";
import { meters } from "./meters.ts";
import { obsEvent } from "./obs_event.ts";
import { overlay } from "./overlay.ts";
import { packageSection } from "./package.ts";
import { packageWindows } from "./package_windows.ts";
import { preflight } from "./preflight.ts";
import type { Section } from "./section.ts";
import { sessionList } from "./session_list.ts";
import { tornReads } from "./torn_reads.ts";
import { vault } from "./vault.ts";

/** How long the long runs are, unless the command line says otherwise. */
export const SOAK_DEFAULTS = { reads: 1_000_000, kills: 1000, minutes: 10, seed: 1 };

/** What `deno task bench` runs. */
export function benchSections(): Section[] {
  return [
    bridgeWrite,
    overlay,
    obsEvent,
    meters,
    coldStart,
    config,
    vault,
    sessionList,
    footprint({ name: "footprint", seconds: 60 }),
    dockSize,
    dockPage,
    dockHours,
    bandwidth,
    preflight,
    history,
    metricsExport,
    fleet,
    judgement,
    packageSection,
    packageWindows,
  ];
}

/** What `deno task soak` runs. */
export function soakSections({ reads, kills: count, minutes, seed }: typeof SOAK_DEFAULTS) {
  return [
    tornReads({ reads }),
    kills({ count, seed }),
    memorySlope({ minutes }),
    footprint({ name: "footprint-long", seconds: minutes * 60 }),
  ] satisfies Section[];
}

/** Names of all sections. */
export function sectionNames(): string[] {
  return [...benchSections(), ...soakSections(SOAK_DEFAULTS)].map(({ name }) => name);
}
