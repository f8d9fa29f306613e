import type { Telemetry } from "../../shared/telemetry.ts";
import { createBridgeFile } from "../../sidecar/sinks/bridge_file.ts";
import type { Snapshot } from "../../sidecar/sinks/sink.ts";
import { fiveOutputsSnapshot } from "./five_outputs_snapshot.ts";
import { grouped } from "./format.ts";
import { run } from "./run.ts";
import type { Findings, Section, SectionTools } from "./section.ts";
import type { ReaderReport } from "./torn_reads_peer.ts";

/** Reads of a file that is written in place: enough to see the reader find torn ones. */
const CONTROL_READS = 20_000;

/** Writes between two looks at whether the reader is done. */
const BURST = 64;

/** Whether a reader ever sees anything but a whole snapshot. */
export function tornReads({ reads }: { reads: number }): Section {
  return {
    name: "torn-reads",
    title: "Torn or invalid reads of bridge.json by a second process",
    needs: [],
    run: (tools) => measure(tools, reads),
  };
}

async function measure({ folder, say }: SectionTools, reads: number): Promise<Findings> {
  say(`${grouped(CONTROL_READS)} reads of a file written in place`);
  const inPlace = `${folder}/in-place.json`;
  const control = await readWhileWriting(inPlace, {
    reads: CONTROL_READS,
    write: ({ json }) => Deno.writeFileSync(inPlace, json),
  });
  say(`${grouped(reads)} reads of the sidecar's file`);
  const path = `${folder}/bridge.json`;
  const sink = createBridgeFile(path);
  const ours = await readWhileWriting(path, { reads, write: (snapshot) => sink.write(snapshot) });

  const { report, written } = ours;
  return {
    rows: [{
      what: "torn or invalid reads",
      promise: "0",
      kept: report.invalid === 0,
      measured: grouped(report.invalid),
      baseline: `written in place: ${grouped(control.report.invalid)} of ` +
        grouped(control.report.reads),
      runs: `${grouped(report.reads)} reads over ${grouped(written)} versions, ` +
        `${grouped(report.versions)} of them seen`,
    }, {
      what: "reads whose sequence went backwards",
      promise: "0",
      kept: report.backwards === 0,
      measured: grouped(report.backwards),
      baseline: "",
      runs: "the same",
    }],
    notes: [
      "The sidecar's own sink writes snapshots of changing size; the reader checks each content " +
      "that differs from the one before against the schema.",
    ],
  };
}

async function readWhileWriting(
  path: string,
  { reads, write }: { reads: number; write(snapshot: Snapshot): void | Promise<void> },
): Promise<{ report: ReaderReport; written: number }> {
  let written = 0;
  await write(snapshot(++written));
  let reading = true;
  const output = run(Deno.execPath(), [
    "run",
    "-A",
    decodeURIComponent(new URL("torn_reads_peer.ts", import.meta.url).pathname),
    path,
    String(reads),
  ]).finally(() => reading = false);
  while (reading) {
    for (let count = 0; count < BURST; count++) await write(snapshot(++written));
    await new Promise((resolve) => setTimeout(resolve, 0));
  }
  return { report: JSON.parse(await output) as ReaderReport, written };
}

const encoder = new TextEncoder();

/** A snapshot whose size changes from one to the next. */
function snapshot(sequence: number): Snapshot {
  const telemetry: Telemetry = fiveOutputsSnapshot({ sequence });
  telemetry.obs.outputs = telemetry.obs.outputs?.slice(sequence % 7) ?? null;
  return { telemetry, json: encoder.encode(JSON.stringify(telemetry)) };
}
