/** What a real OBS answered over a minute with an incident, as it is kept in a file. */
import type { Fields } from "../../../sidecar/obs/fields.ts";
import type { CpuTimes, MemoryBytes } from "../../../sidecar/collectors/system.ts";
import type { Cause } from "./truth.ts";

/** What a recording is of. */
export interface RecordingHead {
  title: string;
  cause: Cause;
  /** When the recorder brought the trouble about and took it away, ms from the start; null: never. */
  causedMs: { from: number; to: number } | null;
  obsVersion: string;
}

/** The machine's own figures at a moment. */
export interface MachineMoment {
  cpu: CpuTimes | null;
  memory: MemoryBytes | null;
  diskFreeBytes: number | null;
}

/** Something that came from OBS or the machine, `t` ms from the start. */
export type RecordingLine =
  | { t: number; request: string; code: number; data: Fields }
  | { t: number; event: string; data: Fields }
  | { t: number; meters: Fields }
  | { t: number; connected: boolean }
  | { t: number; machine: MachineMoment };

/** A recording with its head. */
export interface Recording {
  head: RecordingHead;
  lines: RecordingLine[];
}

/** Names a request: its type, and its data if it has some. */
export function requestKey(requestType: string, requestData?: Fields): string {
  return requestData === undefined ? requestType : `${requestType} ${JSON.stringify(requestData)}`;
}

/** Writes a recording: gzipped lines of JSON, the head first. */
export async function writeRecording(path: string, { head, lines }: Recording): Promise<void> {
  const text = [head, ...lines].map((line) => `${JSON.stringify(line)}\n`).join("");
  const packed = new Blob([text]).stream().pipeThrough(new CompressionStream("gzip"));
  await Deno.writeFile(path, packed);
}

/** Reads what `writeRecording` wrote. */
export async function readRecording(path: string): Promise<Recording> {
  const bytes = await Deno.readFile(path);
  const text = await new Response(
    new Blob([bytes]).stream().pipeThrough(new DecompressionStream("gzip")),
  ).text();
  const [head, ...lines] = text.trimEnd().split("\n");
  return {
    head: JSON.parse(head ?? "") as RecordingHead,
    lines: lines.map((line) => JSON.parse(line) as RecordingLine),
  };
}
