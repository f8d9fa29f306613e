/** AMD's cards on Linux, through the files of the kernel's amdgpu driver. */
import type { Gpu } from "../../shared/telemetry.ts";
import type { Libc } from "../linux/libc.ts";
import type { Clock } from "../time/clock.ts";
import { AMD_FILES, type AmdFigures, type AmdTexts, parseAmdFigures } from "./amd_figures.ts";
import { findAmdName } from "./amd_name.ts";
import type { GpuReading } from "./collector.ts";
import { type GpuSource, NO_GPUS } from "./gpu_source.ts";

/** What the source works with. */
export interface AmdGpuSourceOptions {
  libc: Pick<Libc, "exists" | "readTextBeside">;
  clock: Clock;
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
/** As many as the kernel gives primary DRM nodes (drivers/gpu/drm/drm_drv.c); sensors are fewer. */
const MAX_NUMBERED = 64;
/** Just under two ticks of 500 ms, so that a tick that comes a little early still counts. */
const SLOW_EVERY_MS = 900;

/**
 * Reads all AMD cards. Load is read every time, the rest about once a second. A card that sleeps
 * is left alone, since reading it would wake it up: it has its name and nothing else.
 */
export function createAmdGpuSource(options: AmdGpuSourceOptions): GpuSource {
  return new AmdGpuSource(options);
}

class AmdGpuSource implements GpuSource {
  readonly what = "AMD's cards";
  readonly #libc: AmdGpuSourceOptions["libc"];
  readonly #clock: Clock;
  #cards: AmdCard[] = [];
  #lookAt = -Infinity;

  constructor({ libc, clock }: AmdGpuSourceOptions) {
    this.#libc = libc;
    this.#clock = clock;
  }

  async read(): Promise<GpuReading> {
    const now = this.#clock.monotonic();
    if (now >= this.#lookAt) {
      this.#cards = await this.#findCards();
      this.#lookAt = now + LOOK_EVERY_MS;
    }
    const gpus: Gpu[] = [];
    for (const card of this.#cards) gpus.push(await this.#readCard(card, now));
    return { ...NO_GPUS, gpus };
  }

  async #findCards(): Promise<AmdCard[]> {
    const cards: AmdCard[] = [];
    for (const folder of this.#numbered("/sys/class/drm/card")) {
      const device = `${folder}/device`;
      if ((await this.#text(`${device}/vendor`))?.trim() !== AMD_VENDOR) continue;
      const [hwmon = null] = this.#numbered(`${device}/hwmon/hwmon`);
      cards.push({
        name: await this.#cardName(device),
        driverVersion: (await this.#text("/sys/module/amdgpu/version"))?.trim() || null,
        device,
        hwmon,
        slow: {},
        slowReadAt: -Infinity,
      });
    }
    return cards;
  }

  /** The name in libdrm's list of AMD's cards, where that is installed. */
  async #cardName(device: string): Promise<string> {
    const id = (await this.#text(`${device}/device`))?.trim() ?? "";
    const revision = (await this.#text(`${device}/revision`))?.trim() ?? "";
    const list = await this.#text("/usr/share/libdrm/amdgpu.ids");
    return findAmdName(list ?? "", { id, revision }) ?? `AMD GPU ${id}`.trim();
  }

  async #readCard(card: AmdCard, now: number): Promise<Gpu> {
    if ((await this.#text(`${card.device}/power/runtime_status`))?.trim() === "suspended") {
      card.slowReadAt = -Infinity;
      return toGpu(card, parseAmdFigures({}));
    }
    if (now - card.slowReadAt >= SLOW_EVERY_MS) {
      card.slow = await this.#readSlow(card);
      card.slowReadAt = now;
    }
    const busy = await this.#text(`${card.device}/${AMD_FILES.fast.busy}`);
    return toGpu(card, parseAmdFigures({ ...card.slow, busy }));
  }

  /** Reads what moves slowly; what never changes only once, and second choices only where needed. */
  async #readSlow({ device, hwmon, slow }: AmdCard): Promise<AmdTexts> {
    const texts: AmdTexts = {};
    for (const [key, file] of entries(AMD_FILES.device)) {
      texts[key] = known(key, slow) ?? await this.#text(`${device}/${file}`);
    }
    if (hwmon === null) return texts;
    for (const [key, file] of entries(AMD_FILES.hwmon)) {
      if (key === "powerNow" && texts.powerMean) continue;
      if (key === "fanDrive" && texts.fan && texts.fanTop) continue;
      texts[key] = known(key, slow) ?? await this.#text(`${hwmon}/${file}`);
    }
    return texts;
  }

  /** The folders that are there of those with a number behind `prefix`, in its order. */
  #numbered(prefix: string): string[] {
    const all = Array.from({ length: MAX_NUMBERED }, (_, index) => `${prefix}${index}`);
    return all.filter((folder) => this.#libc.exists(folder));
  }

  /** A file of the driver; null where it is absent or the card refuses to answer now. */
  async #text(path: string): Promise<string | null> {
    try {
      return await this.#libc.readTextBeside(path);
    } catch {
      return null;
    }
  }
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
