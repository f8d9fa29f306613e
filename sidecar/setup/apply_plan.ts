/** Writes what was planned. */
import { dirname, join } from "node:path";
import { replaceFile } from "../files/replace_file.ts";
import { isSameThing, type SetupRecord, writeManifest } from "./manifest.ts";
import { BACKUP_PREFIX } from "./setup_files.ts";
import { withoutSecrets } from "./without_secrets.ts";
import type { FileEdit } from "./workspace.ts";

/** What is needed to write. */
export interface ApplyOptions {
  /** Whether records are put in force, or taken out. */
  direction: "setup" | "undo";
  /** The records in force before; replaced in the manifest as files are written. */
  records: readonly SetupRecord[];
  manifest: string;
  /** Folder for copies of the files as they were, less their secrets. */
  backup: string;
  /** Why OBS is taken to run; null if it does not. */
  obsRuns(): Promise<string | null>;
}

/** Copies of how many runs stay. */
const COPIES_KEPT = 5;

/** What came of it. */
export interface Applied {
  written: string[];
  /** Why it ended early; null if all was written. */
  problem: string | null;
}

/**
 * Writes one file after the other: copy, manifest, file. Ends at the first that cannot be written;
 * what was written until then stands in the manifest.
 */
export async function applyEdits(
  edits: readonly FileEdit[],
  options: ApplyOptions,
): Promise<Applied> {
  const written: string[] = [];
  let records = [...options.records];
  for (const [index, edit] of edits.entries()) {
    const before = records;
    try {
      const reason = await options.obsRuns();
      if (reason !== null) throw new Error(`${reason} since a moment ago. Close it first`);
      if (!isSame(await Deno.readFile(edit.path), edit.before)) {
        throw new Error("another program changed it a moment ago. Run this again");
      }
      await keepCopy(edit, { folder: options.backup, number: index + 1 });
      if (options.direction === "setup") {
        records = merged(records, edit);
        await writeManifest(options.manifest, records);
      }
      await replaceFile(edit.path, edit.after, { keepsIdentity: true });
      written.push(edit.path);
    } catch (error) {
      const detail = error instanceof Error ? error.message : String(error);
      if (records !== before) await writeManifest(options.manifest, before).catch(() => {});
      return { written, problem: `${edit.path} was not changed: ${detail}.` };
    }
    if (options.direction === "undo") {
      const later = new Set(edits.slice(index + 1).flatMap((each) => each.records));
      records = records.filter((each) => !edit.records.includes(each) || later.has(each));
      await writeManifest(options.manifest, records);
    }
  }
  // Copies too many harm nobody: what was asked for is done.
  if (written.length > 0) await deleteOldCopies(options.backup).catch(() => {});
  return { written, problem: null };
}

function merged(
  records: readonly SetupRecord[],
  { records: added, replaced }: FileEdit,
): SetupRecord[] {
  const kept = records.filter((old) =>
    !replaced.includes(old) && !added.some((each) => isSameThing(old, each))
  );
  return [...kept, ...added];
}

function isSame(a: Uint8Array, b: Uint8Array): boolean {
  return a.length === b.length && a.every((byte, index) => byte === b[index]);
}

async function keepCopy(
  { path, before }: FileEdit,
  { folder, number }: { folder: string; number: number },
): Promise<void> {
  await Deno.mkdir(folder, { recursive: true, mode: 0o700 });
  const name = `${number}-${path.split(/[\\/]/).at(-1)}`;
  const text = withoutSecrets(new TextDecoder("utf-8", { ignoreBOM: true }).decode(before), {
    isJson: /\.json$/i.test(path),
  });
  await Deno.writeTextFile(`${folder}/${name}`, text, { createNew: true, mode: 0o600 });
  await Deno.writeTextFile(`${folder}/files.txt`, `${name}  ${path}\n`, {
    append: true,
    mode: 0o600,
  });
}

/** Deletes the copies of all but the last runs; their names begin with the time. */
async function deleteOldCopies(folder: string): Promise<void> {
  const parent = dirname(folder);
  const names: string[] = [];
  for await (const { name, isDirectory } of Deno.readDir(parent)) {
    if (isDirectory && name.startsWith(BACKUP_PREFIX)) names.push(name);
  }
  for (const name of names.sort().slice(0, -COPIES_KEPT)) {
    await Deno.remove(join(parent, name), { recursive: true });
  }
}
