/** What setup is going to do, or undo. */
import type { Installation } from "./installation.ts";
import { putDock, takeDock } from "./dock_change.ts";
import type { SetupRecord } from "./manifest.ts";
import { type OverlayPaths, putScript, takeScript } from "./script_change.ts";
import { putServer, takeServer } from "./server_change.ts";
import { putStart, startsWithObs, takeStart } from "./start_change.ts";
import { UnreadableFileError } from "./unreadable_file_error.ts";
import type { FileEdit } from "./workspace.ts";
import { Workspace } from "./workspace.ts";

/** A plan. Nothing is written yet. */
export interface Plan {
  edits: FileEdit[];
  /** What the user should know of. */
  notes: string[];
  /** What is wanted and cannot be done, in words for the user; `notes` say why. */
  failed: string[];
  /** Records that no longer have anything in OBS's files. */
  settled: SetupRecord[];
  /**
   * Whether OBS starts the sidecar once all is done, with each chosen scene collection that can;
   * null if none can.
   */
  startsWithObs: boolean | null;
}

/** What is to be put in. */
export interface SetupWishes {
  installations: readonly Installation[];
  /** Scene collections that get the overlay's script, by the installation's root. */
  collections: ReadonlyMap<string, readonly string[]>;
  dockUrl: string;
  overlay: OverlayPaths;
  /** Whether the overlay's script shall start the sidecar with OBS. */
  startWithObs: boolean;
  /** The package's program that starts the sidecar; null if this is no package. */
  launcher: string | null;
  records: readonly SetupRecord[];
  newPassword(): string;
  newUuid(): string;
}

/** Plans a setup. A file that is not understood is left alone, and told. */
export async function planSetup(wishes: SetupWishes): Promise<Plan> {
  const workspace = new Workspace();
  const notes: string[] = [];
  const failed: string[] = [];
  const { records, newPassword, newUuid, dockUrl: url, overlay: paths } = wishes;
  const { script } = paths;
  const starts: (boolean | null)[] = [];
  const part = async (what: string, put: () => Promise<string[]>) => {
    if (!await attempt(notes, put)) failed.push(what);
  };
  for (const installation of wishes.installations) {
    const { root, sandbox } = installation;
    await part(
      `OBS's WebSocket server (${root})`,
      () => putServer(workspace, { installation, newPassword }),
    );
    await part(
      `the dock (${root})`,
      () => putDock(workspace, { installation, url, records, newUuid }),
    );
    for (const file of wishes.collections.get(root) ?? []) {
      await part(
        `the overlay (${file})`,
        () => putScript(workspace, { installation, file, paths, records }),
      );
      if (sandbox !== null) continue;
      const place = { file, script, program: wishes.launcher, records };
      if (wishes.startWithObs) {
        await part(`the start with OBS (${file})`, async () => {
          await putStart(workspace, { root, place });
          return [];
        });
      }
      starts.push(await startsWithObs(workspace, place));
    }
    if (wishes.startWithObs && sandbox !== null) notes.push(sandboxNote(installation));
  }
  if (wishes.startWithObs && !starts.includes(true)) failed.push(...placesWithoutStart(wishes));
  const possible = starts.filter((each) => each !== null);
  return {
    edits: workspace.edits(),
    notes: [...new Set(notes)],
    failed,
    settled: [],
    startsWithObs: possible.length === 0 ? null : !possible.includes(false),
  };
}

function sandboxNote({ root, sandbox }: Installation): string {
  return `${root}: ${
    sandbox === "snap" ? "Snap's" : "Flatpak's"
  } OBS may start no program outside ` +
    'its sandbox, so the sidecar does not start with it. "deno task autostart on" starts it at ' +
    "login.";
}

/** Which OBS cannot start the sidecar, for the user: no place for the script, or a sandbox. */
function placesWithoutStart({ installations, collections }: SetupWishes): string[] {
  const hasPlace = ({ root }: Installation) => (collections.get(root) ?? []).length > 0;
  // An OBS in which nothing was chosen is not meant where another one is.
  const meant = installations.some(hasPlace) ? installations.filter(hasPlace) : installations;
  return meant.filter((each) => each.sandbox !== null || !hasPlace(each))
    .map(({ root }) => `the start with OBS (${root})`);
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
      if (file === null) return [];
      if (record.kind === "start") return await takeStart(workspace, { file, record });
      return await takeScript(workspace, { file, record });
    });
    if (!done) failed.add(record);
  }
  const edits = workspace.edits();
  const pending = new Set(edits.flatMap((edit) => edit.records));
  const settled = records.filter((each) => !failed.has(each) && !pending.has(each));
  return {
    edits,
    notes: [...new Set(notes)],
    failed: [...new Set([...failed].map(placeOf))],
    settled,
    startsWithObs: null,
  };
}

/** What a record is of, and where. */
function placeOf(record: SetupRecord): string {
  if (record.kind === "server") return `OBS's WebSocket server (${record.root})`;
  if (record.kind === "dock") return `the dock (${record.file})`;
  return `the ${record.kind === "start" ? "start with OBS" : "overlay"} (${record.file})`;
}

/** The scene collection of a record, or the one that it was renamed to; null if there is none. */
async function collectionOf(
  record: SetupRecord & { kind: "script" | "start" },
  { workspace, listCollections, installation }: {
    workspace: Workspace;
    listCollections(folder: string): Promise<string[]>;
    installation: Installation;
  },
): Promise<string | null> {
  if (await workspace.read(record.file) !== null) return record.file;
  const needle = JSON.stringify(record.path).slice(1, -1);
  for (const file of await listCollections(installation.scenes)) {
    try {
      if ((await workspace.read(file))?.includes(needle)) return file;
    } catch (error) {
      // One that cannot be read need not be the one.
      if (!(error instanceof UnreadableFileError)) throw error;
    }
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
