/** What the dock weighs, packed as `gzip -9` packs. */
import { gzipSync } from "node:zlib";

/** Most bytes of all the dock's files together, each with gzip. */
export const MOST_DOCK_BYTES = 60_000;

/** What one file weighs. */
export interface FileWeight {
  name: string;
  bytes: number;
  gzipBytes: number;
}

/** Weighs every file of a built dock, by name. */
export async function weighDock(folder: string | URL): Promise<FileWeight[]> {
  const base = new URL(`${String(folder).replace(/\/$/, "")}/`, "file:///");
  const names = [...Deno.readDirSync(base)].map(({ name }) => name).sort();
  return await Promise.all(names.map(async (name): Promise<FileWeight> => {
    const bytes = await Deno.readFile(new URL(name, base));
    return { name, bytes: bytes.length, gzipBytes: gzipSync(bytes, { level: 9 }).length };
  }));
}
