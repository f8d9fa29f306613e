/** Reads how the machine is powered, by operating system. */
import type { Libc } from "../../linux/libc.ts";
import { readWindowsPower, type WindowsPower } from "../../win32/power.ts";
import type { PowerReading, ReadPower } from "./power.ts";

/** Windows's own power plans (Microsoft, winnt.h and "Power Policy Settings"). */
const PLANS: ReadonlyMap<string, { saving: boolean; name: string }> = new Map([
  ["a1841308-3541-4fab-bc81-f71556f20b4a", { saving: true, name: "Power saver" }],
  ["381b4222-f694-41f0-9685-ff5bb260df2e", { saving: false, name: "Balanced" }],
  ["8c5e7fda-e8bf-4a96-9a85-a6e23a8c635c", { saving: false, name: "High performance" }],
  ["e9a42b02-d5df-448d-aa00-03f14749eb61", { saving: false, name: "Ultimate performance" }],
]);

/** Names that Linux's drivers give the mains and the batteries. */
const MAINS = ["AC", "AC0", "ACAD", "ADP0", "ADP1"];
const BATTERIES = ["BAT0", "BAT1", "BATT", "CMB0"];

/**
 * Drivers whose governor "powersave" is their usual one and does reach full speed (Linux,
 * Documentation/admin-guide/pm/intel_pstate.rst and amd-pstate.rst).
 */
const SELF_RULED = /^(intel_pstate|amd-pstate-epp)$/;

/** How to read the power of an operating system. */
export function powerReader(
  { os, libc, systemRoot }: {
    os: typeof Deno.build.os;
    /** Linux's C library; null elsewhere. */
    libc: Libc | null;
    /** Windows's `%SystemRoot%`. */
    systemRoot?: string | undefined;
  },
): ReadPower {
  return () => {
    if (os === "windows") return fromWindows(readWindowsPower(systemRoot));
    if (libc !== null) return readLinuxPower(libc);
    throw new Error(`how ${os === "darwin" ? "macOS" : os} saves power is not looked at`);
  };
}

/** The plan by its GUID; one that the user or the maker added is taken for what it should be. */
export function fromWindows({ planGuid, onBattery }: WindowsPower): PowerReading {
  if (planGuid === null) return { onBattery, plan: null };
  return {
    onBattery,
    plan: PLANS.get(planGuid) ?? { saving: false, name: "a plan of its own" },
  };
}

/** What Linux tells under /sys; `root` is the folder that holds `sys`. */
export function readLinuxPower(
  libc: Pick<Libc, "readText">,
  { root = "" }: { root?: string } = {},
): PowerReading {
  const read = (path: string): string | null => {
    try {
      return libc.readText(`${root}/sys/${path}`).trim();
    } catch {
      return null;
    }
  };
  const supply = (name: string, file: string) => read(`class/power_supply/${name}/${file}`);
  const online = MAINS.map((name) => supply(name, "online")).filter((state) => state !== null);
  const batteries = BATTERIES.map((name) => supply(name, "status"))
    .filter((state) => state !== null);
  const governor = read("devices/system/cpu/cpu0/cpufreq/scaling_governor");
  const driver = read("devices/system/cpu/cpu0/cpufreq/scaling_driver") ?? "";
  return {
    onBattery: onBattery(online, batteries),
    plan: governor === null ? null : {
      saving: governor === "powersave" && !SELF_RULED.test(driver),
      name: governor,
    },
  };
}

function onBattery(online: readonly string[], batteries: readonly string[]): boolean | null {
  if (online.includes("1")) return false;
  if (batteries.includes("Discharging")) return true;
  return online.length === 0 && batteries.length === 0 ? null : batteries.length > 0 &&
    online.length > 0;
}
