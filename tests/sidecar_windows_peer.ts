/**
 * Runs in a Windows: starts the sidecar twice on one data directory, holds its bridge.json open
 * for a while, ends it, and prints what was seen as JSON.
 */
import type { Telemetry } from "../shared/telemetry.ts";
import { openMachine } from "../sidecar/collectors/machine.ts";
import { until } from "./peers/until.ts";

/** What is printed. */
export interface WindowsSidecar {
  /** The last bridge.json. */
  telemetry: Telemetry;
  /** `sequence` when the file was opened, while it was held, and after that. */
  sequences: { before: number; held: number; after: number };
  /** What bridge.json is when it is read through the handle that was held. */
  heldIsWhole: boolean;
  /** Of the volume that holds the data directory. */
  diskFreeBytes: number | null;
  second: { code: number; output: string };
  log: string;
  /** Names in the data directory at the end. */
  files: string[];
}

const HOLD_MS = 2_000;

const [program = "", dataDir = ""] = Deno.args;
const bridge = `${dataDir}\\bridge.json`;
const args = ["run", "-A", "--no-config", program, "start", "--data-dir", dataDir];

function read(): Telemetry {
  return JSON.parse(Deno.readTextFileSync(bridge));
}

function sequenceAbove(sequence: number): Promise<Telemetry> {
  return until(() => {
    const telemetry = read();
    return telemetry.sequence > sequence && telemetry;
  }, { what: `bridge.json is newer than ${sequence}`, withinMs: 60_000 });
}

const sidecar = new Deno.Command(Deno.execPath(), { args, stdout: "null", stderr: "null" }).spawn();
await sequenceAbove(2);
// Rates need time in which something can happen.
const { sequence: before } = await sequenceAbove(10);
using held = Deno.openSync(bridge, { read: true });
await new Promise((resolve) => setTimeout(resolve, HOLD_MS));
const bytes = new Uint8Array(1 << 20);
const length = held.readSync(bytes) ?? 0;
const whole: Telemetry = JSON.parse(new TextDecoder().decode(bytes.subarray(0, length)));
const { sequence: heldSequence } = read();
held.close();
const telemetry = await sequenceAbove(heldSequence);

const again = await new Deno.Command(Deno.execPath(), { args }).output();
sidecar.kill();
await sidecar.status;
const decoder = new TextDecoder();
const result: WindowsSidecar = {
  telemetry,
  sequences: { before, held: heldSequence, after: telemetry.sequence },
  heldIsWhole: whole.sequence >= before,
  diskFreeBytes: await openMachine({ os: "windows" }).system.diskFreeBytes(dataDir),
  second: { code: again.code, output: decoder.decode(again.stdout) + decoder.decode(again.stderr) },
  log: Deno.readTextFileSync(`${dataDir}\\logs\\sidecar.log`),
  files: [...Deno.readDirSync(dataDir)].map(({ name }) => name).sort(),
};
console.log(JSON.stringify(result));
