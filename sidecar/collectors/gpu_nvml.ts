/** NVIDIA's cards, through NVML. */
import type { Log } from "../log/log.ts";
import type { Nvml } from "../nvml/nvml.ts";
import { NVML_CODE, NvmlError } from "../nvml/nvml_error.ts";
import type { Clock } from "../time/clock.ts";
import type { GpuReading } from "./collector.ts";
import { NvmlCard } from "./gpu_nvml_card.ts";
import { type GpuSource, NO_GPUS } from "./gpu_source.ts";
import { obsSessions } from "./obs_sessions.ts";

/** What the source works with. */
export interface NvmlGpuSourceOptions {
  /** Opens the library; null where the machine has none. */
  open: () => Nvml | null;
  /** Whether a process is OBS; asked once for each process that encodes. */
  isObsProcess: (pid: number) => boolean;
  clock: Clock;
  log: Log;
}

/** After cards were lost, NVML is opened anew this often until it works again. */
const REOPEN_EVERY_MS = 10_000;
/** Where no NVIDIA card answers, this often is enough to notice a new one. */
const LOOK_EVERY_MS = 60_000;
/** A driver that is not there, in words of its own library. */
const NO_DRIVER: ReadonlySet<number> = new Set([
  NVML_CODE.DRIVER_NOT_LOADED,
  NVML_CODE.LIBRARY_NOT_FOUND,
]);

/** Reads all NVIDIA cards. Without driver or card it reads none, which is no error. */
export function createNvmlGpuSource(options: NvmlGpuSourceOptions): GpuSource {
  return new NvmlGpuSource(options);
}

class NvmlGpuSource implements GpuSource {
  readonly what = "NVIDIA's cards";
  readonly #options: NvmlGpuSourceOptions;
  #nvml: Nvml | null = null;
  #cards: NvmlCard[] = [];
  /** Whether the pid is OBS, for the processes that encode now. */
  #isObs = new Map<number, boolean>();
  /** What stops the figures now; null if there are simply no cards. */
  #problem: unknown = null;
  /** Monotonic milliseconds; null while all cards are open. */
  #openAt: number | null = -Infinity;
  #everWorked = false;
  #told = "";
  #closed = false;

  constructor(options: NvmlGpuSourceOptions) {
    this.#options = options;
  }

  async read(): Promise<GpuReading> {
    if (this.#closed) return NO_GPUS;
    try {
      if (this.#openAt !== null && this.#options.clock.monotonic() >= this.#openAt) {
        await this.#open();
      }
      if (this.#problem !== null) throw this.#problem;
      return await this.#readCards();
    } catch (error) {
      if (error !== this.#problem) await this.#lose(error);
      throw error;
    }
  }

  /** A read that still runs fails at its next call, and only then is the library let go. */
  async close(): Promise<void> {
    this.#closed = true;
    await this.#release();
  }

  async #readCards(): Promise<GpuReading> {
    const now = this.#options.clock.monotonic();
    const figures = [];
    // One after the other: side by side they would only take more threads.
    for (const card of this.#cards) figures.push(await card.read(now));
    const obs = obsSessions(figures.map(({ sessions }) => sessions), this.#isObs, this.#options);
    return { gpus: figures.map(({ gpu }) => gpu), ...obs };
  }

  async #open(): Promise<void> {
    await this.#release();
    if (this.#closed) return;
    const { clock, log } = this.#options;
    const nvml = this.#nvml = this.#options.open();
    let count = 0;
    try {
      if (nvml === null) throw new NvmlError("dlopen", NVML_CODE.LIBRARY_NOT_FOUND);
      await nvml.start();
      count = await this.#openCards(nvml);
    } catch (error) {
      const absent = error instanceof NvmlError && NO_DRIVER.has(error.code);
      if (!absent || this.#everWorked) throw error;
      log.debug("No NVIDIA driver answers: its figures are left out.", error);
    }
    const opened = this.#cards.length;
    if (opened === 0) await this.#release();
    else this.#everWorked = true;
    this.#problem = null;
    this.#openAt = opened > 0 && opened === count ? null : clock.monotonic() + LOOK_EVERY_MS;
  }

  /** Opens every card that answers, and gives how many there are. */
  async #openCards(nvml: Nvml): Promise<number> {
    const driverVersion = await nvml.driverVersion();
    const count = await nvml.deviceCount();
    let failure: unknown = null;
    for (let index = 0; index < count; index++) {
      try {
        const device = await nvml.device(index);
        this.#cards.push(new NvmlCard(device, { name: await device.name(), driverVersion }));
      } catch (error) {
        failure = error;
      }
    }
    if (failure !== null && this.#cards.length === 0) throw failure;
    if (count > 0) this.#tell(`Reading ${this.#cards.length} of ${count} NVIDIA GPUs.`, failure);
    return count;
  }

  /** Logs what was found, once for as long as it stays so. */
  #tell(message: string, failure: unknown): void {
    if (message === this.#told) return;
    this.#told = message;
    if (failure === null) this.#options.log.info(message);
    else this.#options.log.warn(message, failure);
  }

  async #lose(error: unknown): Promise<void> {
    this.#problem = error;
    this.#told = "";
    this.#openAt = this.#options.clock.monotonic() + REOPEN_EVERY_MS;
    await this.#release();
  }

  async #release(): Promise<void> {
    const nvml = this.#nvml;
    this.#nvml = null;
    this.#cards = [];
    await nvml?.close();
  }
}
