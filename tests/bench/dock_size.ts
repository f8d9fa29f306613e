import { MOST_DOCK_BYTES, weighDock } from "../dock/dock_weight.ts";
import { grouped } from "./format.ts";
import type { Findings, Section } from "./section.ts";

const DOCK = new URL("../../sidecar/dist/dock/", import.meta.url);

/** What the dock weighs. */
export const dockSize: Section = {
  name: "dock-size",
  title: "Size of the dock's bundle",
  needs: [],
  run: measure,
};

async function measure(): Promise<Findings> {
  const files = await weighDock(DOCK);
  const plain = files.reduce((sum, { bytes }) => sum + bytes, 0);
  const zipped = files.reduce((sum, { gzipBytes }) => sum + gzipBytes, 0);
  const parts = files.map(({ name, gzipBytes }) => `${name} ${grouped(gzipBytes)}`);
  return {
    rows: [{
      what: "script, styles and page, each with gzip",
      promise: `≤ ${grouped(MOST_DOCK_BYTES)} bytes`,
      kept: zipped <= MOST_DOCK_BYTES,
      measured: `${grouped(zipped)} bytes`,
      baseline: `uncompressed: ${grouped(plain)} bytes`,
      runs: "1",
    }],
    notes: [`${parts.join(", ")}.`],
  };
}
