/** What setup is going to do, or undo. */
import type { Installation } from "./installation.ts";
import { putDock, takeDock } from "./dock_change.ts";
import type { SetupRecord } from "./manifest.ts";
import { type OverlayPaths, putScript, takeScript } from "./script_change.ts";
import { putServer, takeServer } from "./server_change.ts";
import { UnreadableFileError } from "./unreadable_file_error.ts";
import type { FileEdit } from "./workspace.ts";
import { isAbsent, Workspace } from "./workspace.ts";

/** A plan. Nothing is written yet. */
export interface Plan {
  edits: FileEdit[];
  /** What the user should know of. */
  notes: string[];
  /** Records that no longer have anything in OBS's files. */
  settled: SetupRecord[];
}

/** What is to be put in. */
export interface SetupWishes {
  installations: readonly Installation[];
  /** Scene collections that get the overlay's script, by the installation's root. */
  collections: ReadonlyMap<string, readonly string[]>;
  dockUrl: string;
  overlay: OverlayPaths;
  records: readonly SetupRecord[];
  newPassword(): string;
  newUuid(): string;
}

/** Plans a setup. A file that is not understood is left alone, and told. */
export async function planSetup(wishes: SetupWishes): Promise<Plan> {
  const workspace = new Workspace();
  const notes: string[] = [];
  const { records, newPassword, newUuid, dockUrl: url, overlay: paths } = wishes;
  const ownUuids = new Set(
    records.flatMap((each) => each.kind === "dock" && each.urlBefore === null ? [each.uuid] : []),
  );
  for (const installation of wishes.installations) {
    await attempt(notes, () => putServer(workspace, { installation, newPassword }));
    await attempt(
      notes,
      () => putDock(workspace, { installation, url, ownUuids, newUuid }),
    );
    for (const file of wishes.collections.get(installation.root) ?? []) {
      const isOwn = records.some((each) =>
        each.kind === "script" && each.file === file && each.added !== "bridge"
      );
      await attempt(notes, () => putScript(workspace, { installation, file, paths, isOwn }));
    }
  }
  return { edits: workspace.edits(), notes, settled: [] };
}

/**
 * Plans to take out what the records say, latest first.
 * @param options.look finds what is at a root now; null if no OBS is there any more
 */
export async function planUndo(
  records: readonly SetupRecord[],
  { look, listCollections }: {
    look(root: string): Promise<Installation | null>;
    listCollections(folder: string): Promise<string[]>;
  },
): Promise<Plan> {
  const workspace = new Workspace();
  const notes: string[] = [];
  const failed = new Set<SetupRecord>();
  for (const record of records.toReversed()) {
    const installation = await look(record.root);
    if (installation === null) {
      notes.push(`${record.root}: no OBS is there now, so nothing can be undone there.`);
      failed.add(record);
      continue;
    }
    const done = await attempt(notes, async () => {
      if (record.kind === "server") return await takeServer(workspace, { installation, record });
      if (record.kind === "dock") return await takeDock(workspace, { installation, record });
      const file = await collectionOf(record, { workspace, listCollections, installation });
      return file === null ? [] : await takeScript(workspace, { file, record });
    });
    if (!done) failed.add(record);
  }
  const edits = workspace.edits();
  const pending = new Set(edits.flatMap((edit) => edit.records));
  const settled = records.filter((each) => !failed.has(each) && !pending.has(each));
  return { edits, notes: [...new Set(notes)], settled };
}

/** The scene collection of a record, or the one that it was renamed to; null if there is none. */
async function collectionOf(
  record: SetupRecord & { kind: "script" },
  { workspace, listCollections, installation }: {
    workspace: Workspace;
    listCollections(folder: string): Promise<string[]>;
    installation: Installation;
  },
): Promise<string | null> {
  if (await workspace.read(record.file) !== null) return record.file;
  const needle = JSON.stringify(record.path).slice(1, -1);
  for (const file of await listCollections(installation.scenes)) {
    if ((await workspace.read(file))?.includes(needle)) return file;
  }
  return null;
}

/** Runs a part of a plan; false if a file is not understood, which is noted. */
async function attempt(notes: string[], part: () => Promise<string[]>): Promise<boolean> {
  try {
    notes.push(...await part());
    return true;
  } catch (error) {
    if (!(error instanceof UnreadableFileError)) throw error;
    notes.push(error.message);
    return false;
  }
}

/** The scene collections in a folder, as whole paths, in order; OBS's own copies end in `.bak`. */
export async function listCollections(folder: string): Promise<string[]> {
  const files: string[] = [];
  try {
    for await (const { name, isDirectory } of Deno.readDir(folder)) {
      if (!isDirectory && name.endsWith(".json")) files.push(`${folder}/${name}`);
    }
  } catch (error) {
    if (!isAbsent(error)) throw error;
  }
  return files.sort();
}
