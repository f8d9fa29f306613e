import { grouped } from "./format.ts";
import type { Findings, Section } from "./section.ts";

const DOCK = new URL("../../sidecar/dist/dock/", import.meta.url);
const MOST_BYTES = 60_000;

/** What the dock weighs. */
export const dockSize: Section = {
  name: "dock-size",
  title: "Size of the dock's bundle",
  needs: [],
  run: measure,
};

async function measure(): Promise<Findings> {
  let plain = 0;
  let zipped = 0;
  const parts: string[] = [];
  for (const name of [...Deno.readDirSync(DOCK)].map((entry) => entry.name).sort()) {
    const bytes = await Deno.readFile(new URL(name, DOCK));
    const size = await gzipSize(bytes);
    plain += bytes.length;
    zipped += size;
    parts.push(`${name} ${grouped(size)}`);
  }
  return {
    rows: [{
      what: "script, styles and page, each with gzip",
      promise: `≤ ${grouped(MOST_BYTES)} bytes`,
      kept: zipped <= MOST_BYTES,
      measured: `${grouped(zipped)} bytes`,
      baseline: `uncompressed: ${grouped(plain)} bytes`,
      runs: "1",
    }],
    notes: [`${parts.join(", ")}.`],
  };
}

async function gzipSize(bytes: Uint8Array<ArrayBuffer>): Promise<number> {
  const stream = new Blob([bytes]).stream().pipeThrough(new CompressionStream("gzip"));
  return (await new Response(stream).arrayBuffer()).byteLength;
}
