/**
 * What the machine is made of, read once at the start. The library that knows it is large and
 * starts other programs, so it runs in a process of its own (`cli/inventory.ts`) that ends at once.
 */
import * as v from "valibot";
import type { InventoryCommand } from "../environment.ts";
import type { Log } from "../log/log.ts";

/** A sane inventory takes a few hundred bytes. */
const MAX_OUTPUT_BYTES = 64 << 10;

/** Drivers and vendors choose these names: no control or direction characters, bounded length. */
const name = v.pipe(
  v.string(),
  v.transform((text) => text.replace(/[\p{Cc}\p{Cf}]+/gu, " ").trim().slice(0, 120)),
);
const text = v.nullable(name);
const size = v.nullable(v.pipe(v.number(), v.finite(), v.minValue(0)));
const list = <T extends v.GenericSchema>(item: T) =>
  v.nullable(v.pipe(v.array(item), v.maxLength(64)));

/** Parts that could not be read are null. */
export const InventorySchema = v.object({
  cpu: v.nullable(v.object({
    brand: text,
    /** Cores that exist in hardware. */
    physicalCores: size,
    /** Cores that the system schedules on. */
    logicalCores: size,
  })),
  memoryTotalGb: size,
  os: v.nullable(v.object({
    /** `linux`, `darwin` or `Windows`. */
    platform: text,
    distro: text,
    release: text,
    arch: text,
  })),
  gpus: list(v.object({ vendor: text, model: text, vramMb: size })),
  networkInterfaces: list(v.object({
    name,
    /** Null where it is neither. */
    type: v.nullable(v.picklist(["wired", "wireless"])),
    virtual: v.boolean(),
  })),
});

/** What the machine is made of. Memory in GiB, video memory in MiB. */
export type Inventory = v.InferOutput<typeof InventorySchema>;

/** How the inventory is read. */
export interface ReadInventoryOptions extends InventoryCommand {
  log: Log;
  /** How long it may take; Windows answers slowly. */
  timeoutMs?: number;
  signal?: AbortSignal;
}

async function readBounded(stream: ReadableStream<Uint8Array>): Promise<string> {
  const decoder = new TextDecoder();
  let text = "";
  let length = 0;
  for await (const chunk of stream) {
    length += chunk.length;
    if (length > MAX_OUTPUT_BYTES) {
      throw new Error(`It printed more than ${MAX_OUTPUT_BYTES} bytes`);
    }
    text += decoder.decode(chunk, { stream: true });
  }
  return text + decoder.decode();
}

async function run(
  { command, args, signal }: { command: string; args: string[]; signal: AbortSignal },
): Promise<Inventory> {
  signal.throwIfAborted();
  const child = new Deno.Command(command, {
    args,
    stdin: "null",
    stdout: "piped",
    stderr: "null",
  }).spawn();
  const stopped = Promise.withResolvers<never>();
  stopped.promise.catch(() => {});
  const stop = () => stopped.reject(signal.reason);
  signal.addEventListener("abort", stop, { once: true });
  const output = readBounded(child.stdout);
  output.catch(() => {});
  try {
    const printed = await Promise.race([output, stopped.promise]);
    const { code } = await Promise.race([child.status, stopped.promise]);
    if (code !== 0) throw new Error(`It ended with code ${code}`);
    return v.parse(InventorySchema, JSON.parse(printed));
  } finally {
    signal.removeEventListener("abort", stop);
    try {
      child.kill("SIGKILL");
    } catch {
      // It has ended by itself.
    }
    await child.status;
  }
}

/**
 * Runs the program that prints the inventory as one JSON object. Never throws: if that fails for
 * whatever reason, the log tells it and the answer is null. Nothing else depends on it.
 */
export async function readInventory(
  { command, args, log, timeoutMs = 20_000, signal }: ReadInventoryOptions,
): Promise<Inventory | null> {
  const late = new AbortController();
  const timer = setTimeout(
    () => late.abort(new Error(`No answer within ${timeoutMs / 1000} s`)),
    timeoutMs,
  );
  try {
    const signals = signal === undefined ? [late.signal] : [late.signal, signal];
    return await run({ command, args, signal: AbortSignal.any(signals) });
  } catch (error) {
    if (signal?.aborted) log.debug("Reading the machine's inventory was stopped.");
    else if (error instanceof Deno.errors.NotFound) {
      log.warn(
        `What this PC is made of is not read: that takes "${command}", which is not in PATH. Put ` +
          "deno's folder into PATH and restart the sidecar.",
      );
    } else log.debug("Cannot read the machine's inventory; everything else goes on.", error);
    return null;
  } finally {
    clearTimeout(timer);
  }
}

/**
 * The built inventory as a process of its own. The library asks the system's own programs, whose
 * names differ from system to system: hence `--allow-run` without a list.
 * @param dist folder of the built sidecar
 */
export function inventoryCommand(dist: URL): InventoryCommand {
  return {
    command: "deno",
    args: [
      "run",
      "--no-config",
      "--no-prompt",
      "--allow-read",
      "--allow-env",
      "--allow-sys",
      "--allow-run",
      new URL("inventory.js", dist).href,
    ],
  };
}

/** Reads the inventory in the background and logs it in one line. */
export function logInventory(
  { command, log }: { command: InventoryCommand; log: Log },
): { stop(): Promise<void> } {
  const abort = new AbortController();
  const told = readInventory({ ...command, log, signal: abort.signal }).then((inventory) => {
    if (inventory !== null) log.info(`This machine: ${describeInventory(inventory)}.`);
  });
  return {
    stop() {
      abort.abort();
      return told;
    },
  };
}

function words(...parts: (string | null | undefined)[]): string {
  return parts.filter((part) => part !== null && part !== undefined && part !== "").join(" ");
}

/** The inventory in one line for the log; unknown parts are left out. */
export function describeInventory(inventory: Inventory): string {
  const { cpu, memoryTotalGb, os, gpus, networkInterfaces } = inventory;
  const cores = cpu?.logicalCores ? `(${cpu.logicalCores} threads)` : null;
  const cards = gpus?.map(({ vendor, model, vramMb }) =>
    words(
      model?.toLowerCase().startsWith(vendor?.toLowerCase() ?? "") ? null : vendor,
      model,
      vramMb ? `(${vramMb} MiB)` : null,
    )
  );
  const adapters = networkInterfaces?.filter((item) => !item.virtual)
    .map((item) => words(item.name, item.type === null ? null : `(${item.type})`));
  const parts = [
    words(os?.distro, os?.release, os?.arch),
    cpu === null ? "" : words(cpu.brand, cores),
    memoryTotalGb === null ? "" : `${memoryTotalGb.toFixed(1)} GiB memory`,
    cards?.length === 0 ? "no graphics card" : cards?.join(" and "),
    adapters?.join(" and "),
  ].filter((part) => part !== "" && part !== undefined);
  return parts.length === 0 ? "nothing is known of this machine" : parts.join(", ");
}
