/**
 * Runs in a Windows: starts the sidecar twice on one data directory, holds its bridge.json open
 * for a while, kills it, starts it with settings in UTF-16, stops it, and prints what was seen as
 * JSON.
 */
import type { Telemetry } from "../shared/telemetry.ts";
import { openMachine } from "../sidecar/collectors/machine.ts";
import { until } from "./peers/until.ts";

/** What a command did. */
interface Outcome {
  code: number;
  output: string;
}

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
  /** A second start, with the directory in capitals. */
  second: Outcome;
  /** `pid` of the first. */
  firstPid: number;
  /** The log until the first was killed. */
  log: string;
  /** What the next one, with its settings in UTF-16, logged. */
  logAfter: string;
  /** How that was stopped, with the directory in small letters and with slashes. */
  stopped: Outcome;
  /** Names in the data directory at the end. */
  files: string[];
}

const HOLD_MS = 2_000;

const [program = "", dataDir = ""] = Deno.args;
const bridge = `${dataDir}\\bridge.json`;
const decoder = new TextDecoder();

function argumentsOf(command: string, directory = dataDir): string[] {
  return ["run", "-A", "--no-config", program, command, "--data-dir", directory];
}

async function outcome(args: string[]): Promise<Outcome> {
  const { code, stdout, stderr } = await new Deno.Command(Deno.execPath(), { args }).output();
  return { code, output: decoder.decode(stdout) + decoder.decode(stderr) };
}

function start(): Deno.ChildProcess {
  const args = argumentsOf("start");
  return new Deno.Command(Deno.execPath(), { args, stdout: "null", stderr: "null" }).spawn();
}

/** As Notepad saves "Unicode". */
function utf16(text: string): Uint8Array {
  const units = Uint16Array.from(`\uFEFF${text}`, (unit) => unit.charCodeAt(0));
  return new Uint8Array(units.buffer);
}

function read(): Telemetry {
  return JSON.parse(Deno.readTextFileSync(bridge));
}

function sequenceAbove(sequence: number): Promise<Telemetry> {
  return until(() => {
    const telemetry = read();
    return telemetry.sequence > sequence && telemetry;
  }, { what: `bridge.json is newer than ${sequence}`, withinMs: 60_000 });
}

const sidecar = start();
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

const capitals = dataDir.replaceAll(/[a-z]/g, (letter) => letter.toUpperCase());
const second = await outcome(argumentsOf("start", capitals));
sidecar.kill();
await sidecar.status;
const log = Deno.readTextFileSync(`${dataDir}\\logs\\sidecar.log`);
const config = Deno.readTextFileSync(`${dataDir}\\config.toml`);
Deno.writeFileSync(`${dataDir}\\config.toml`, utf16(config));
const next = start();
await sequenceAbove(read().sequence + 2);
const small = dataDir.replaceAll(/[A-Z]/g, (letter) => letter.toLowerCase());
const stopped = await outcome(argumentsOf("stop", small.replaceAll("\\", "/")));
await next.status;
const result: WindowsSidecar = {
  telemetry,
  sequences: { before, held: heldSequence, after: telemetry.sequence },
  heldIsWhole: whole.sequence >= before,
  diskFreeBytes: await openMachine({ os: "windows" }).system.diskFreeBytes(dataDir),
  second,
  firstPid: sidecar.pid,
  log,
  logAfter: Deno.readTextFileSync(`${dataDir}\\logs\\sidecar.log`).slice(log.length),
  stopped,
  files: [...Deno.readDirSync(dataDir)].map(({ name }) => name).sort(),
};
console.log(JSON.stringify(result));
