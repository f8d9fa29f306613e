/** AMD's cards on Linux, through the files of the kernel's amdgpu driver. */
import type { Gpu } from "../../shared/telemetry.ts";
import type { Clock } from "../clock.ts";
import { AMD_FILES, type AmdFigures, type AmdTexts, parseAmdFigures } from "./amd_figures.ts";
import { type GpuSource, NO_GPUS } from "./gpu.ts";
import { findAmdName } from "./amd_name.ts";

/** What the source works with. */
export interface AmdGpuSourceOptions {
  clock: Clock;
  /** Stands for the folder that holds `sys` and `usr`; for tests. */
  root?: string;
}

/** A card that was found, with what does not change. */
interface AmdCard {
  name: string;
  driverVersion: string | null;
  /** Folder of the PCI device. */
  device: string;
  /** Folder of its sensors; null if it has none. */
  hwmon: string | null;
  /** What moves slowly, as last read. */
  slow: AmdTexts;
  slowReadAt: number;
}

/** `0x1002` is AMD's PCI vendor number. */
const AMD_VENDOR = "0x1002";
/** Cards come and go with docks and drivers; looking costs a few files. */
const LOOK_EVERY_MS = 60_000;
/** Just under two ticks of 500 ms, so that a tick that comes a little early still counts. */
const SLOW_EVERY_MS = 900;

/**
 * Reads all AMD cards. Load is read every time, the rest about once a second. A card that sleeps
 * is left alone, since reading it would wake it up: it has its name and nothing else.
 */
export function createAmdGpuSource({ clock, root = "" }: AmdGpuSourceOptions): GpuSource {
  let cards: AmdCard[] = [];
  let lookAt = -Infinity;

  return {
    async read() {
      const now = clock.monotonic();
      if (now >= lookAt) {
        cards = await findCards(root);
        lookAt = now + LOOK_EVERY_MS;
      }
      const gpus: Gpu[] = [];
      for (const card of cards) gpus.push(await readCard(card, now));
      return { ...NO_GPUS, gpus };
    },
  };
}

async function findCards(root: string): Promise<AmdCard[]> {
  const drm = `${root}/sys/class/drm`;
  const folders = (await names(drm)).filter((name) => /^card\d+$/.test(name));
  folders.sort((a, b) => Number(a.slice(4)) - Number(b.slice(4)));
  const cards: AmdCard[] = [];
  for (const folder of folders) {
    const device = `${drm}/${folder}/device`;
    if ((await textOf(`${device}/vendor`))?.trim() !== AMD_VENDOR) continue;
    const [sensors] = await names(`${device}/hwmon`);
    cards.push({
      name: await cardName(device, root),
      driverVersion: (await textOf(`${root}/sys/module/amdgpu/version`))?.trim() || null,
      device,
      hwmon: sensors === undefined ? null : `${device}/hwmon/${sensors}`,
      slow: {},
      slowReadAt: -Infinity,
    });
  }
  return cards;
}

/** The name in libdrm's list of AMD's cards, where that is installed. */
async function cardName(device: string, root: string): Promise<string> {
  const id = (await textOf(`${device}/device`))?.trim() ?? "";
  const revision = (await textOf(`${device}/revision`))?.trim() ?? "";
  const list = await textOf(`${root}/usr/share/libdrm/amdgpu.ids`);
  return findAmdName(list ?? "", { id, revision }) ?? `AMD GPU ${id}`.trim();
}

async function readCard(card: AmdCard, now: number): Promise<Gpu> {
  if ((await textOf(`${card.device}/power/runtime_status`))?.trim() === "suspended") {
    card.slowReadAt = -Infinity;
    return toGpu(card, parseAmdFigures({}));
  }
  if (now - card.slowReadAt >= SLOW_EVERY_MS) {
    card.slow = await readSlow(card);
    card.slowReadAt = now;
  }
  const busy = await textOf(`${card.device}/${AMD_FILES.fast.busy}`);
  return toGpu(card, parseAmdFigures({ ...card.slow, busy }));
}

/** Reads what moves slowly; what never changes only once, and second choices only where needed. */
async function readSlow({ device, hwmon, slow }: AmdCard): Promise<AmdTexts> {
  const texts: AmdTexts = {};
  for (const [key, file] of entries(AMD_FILES.device)) {
    texts[key] = known(key, slow) ?? await textOf(`${device}/${file}`);
  }
  if (hwmon === null) return texts;
  for (const [key, file] of entries(AMD_FILES.hwmon)) {
    if (key === "powerNow" && texts.powerMean) continue;
    if (key === "fanDrive" && texts.fan && texts.fanTop) continue;
    texts[key] = known(key, slow) ?? await textOf(`${hwmon}/${file}`);
  }
  return texts;
}

function known(key: keyof AmdTexts, slow: AmdTexts): string | null {
  return key === "vramTotal" || key === "fanTop" ? slow[key] ?? null : null;
}

function toGpu(card: AmdCard, figures: AmdFigures): Gpu {
  return {
    name: card.name,
    vendor: "amd",
    ...figures,
    encoder_utilization_percent: null,
    decoder_utilization_percent: null,
    throttle_reasons: null,
    driver_version: card.driverVersion,
    encoder_sessions: null,
    encoder_latency_us: null,
  };
}

function entries<K extends string>(files: Readonly<Record<K, string>>): [K, string][] {
  return Object.entries(files) as [K, string][];
}

async function names(folder: string): Promise<string[]> {
  const found: string[] = [];
  try {
    for await (const { name } of Deno.readDir(folder)) found.push(name);
  } catch {
    // No such folder: no such cards or sensors.
  }
  return found.sort();
}

/** A file of the driver; null where it is absent or the card refuses to answer now. */
async function textOf(path: string): Promise<string | null> {
  try {
    return await Deno.readTextFile(path);
  } catch {
    return null;
  }
}
