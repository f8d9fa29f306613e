/**
 * Prints what the machine is made of as one JSON object, and ends. The sidecar runs this as a
 * short-lived process of its own, see `inventory.ts`.
 */
import * as si from "systeminformation";
import { withDeadline } from "../time/deadline.ts";
import type { Inventory } from "./inventory.ts";

/** One part that hangs must not cost the others. */
const PART_MS = 12_000;

/** The calls that are used; tests give their own. */
export type SystemInformation = Pick<
  typeof si,
  "cpu" | "graphics" | "mem" | "networkInterfaces" | "osInfo"
>;

async function part<T>(what: string, read: () => Promise<T>): Promise<T | null> {
  try {
    return await withDeadline(Promise.try(read), { ms: PART_MS, what });
  } catch {
    return null;
  }
}

/** The library gives an empty text, -1 or 0 where it does not know. */
function known(value: string): string | null {
  return value === "" ? null : value;
}

function positive(value: number | null | undefined): number | null {
  return typeof value === "number" && value > 0 && Number.isFinite(value) ? value : null;
}

function kind(type: string): "wired" | "wireless" | null {
  return type === "wired" || type === "wireless" ? type : null;
}

/** Collects the inventory; a part that fails is null. */
export async function collectInventory(source: SystemInformation): Promise<Inventory> {
  const [cpu, memoryTotalGb, os, gpus, networkInterfaces] = await Promise.all([
    part("the processor", async () => {
      const { manufacturer, brand, physicalCores, cores } = await source.cpu();
      return {
        brand: known(`${manufacturer} ${brand}`.trim()),
        physicalCores: positive(physicalCores),
        logicalCores: positive(cores),
      };
    }),
    part("the memory", async () => positive((await source.mem()).total / 2 ** 30)),
    part("the system", async () => {
      const { platform, distro, release, arch } = await source.osInfo();
      return {
        platform: known(platform),
        distro: known(distro),
        release: known(release),
        arch: known(arch),
      };
    }),
    part("the graphics cards", async () => {
      const { controllers } = await source.graphics();
      return controllers.map(({ vendor, model, vram }) => ({
        vendor: known(vendor),
        model: known(model),
        vramMb: positive(vram),
      }));
    }),
    part("the network interfaces", async () => {
      const all = await source.networkInterfaces();
      return all.filter((item) => !item.internal)
        .map(({ iface, type, virtual }) => ({ name: iface, type: kind(type), virtual }));
    }),
  ]);
  return { cpu, memoryTotalGb, os, gpus, networkInterfaces };
}

if (import.meta.main) {
  console.log(JSON.stringify(await collectInventory(si)));
  Deno.exit(0);
}
