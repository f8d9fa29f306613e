/** The course of a setup, or of its undoing: look, show, ask, write. */
import { resolve } from "node:path";
import { cannotRun, CannotRunError } from "../cannot_run_error.ts";
import { type DataDir, dataDirFiles, openDataDir } from "../data_dir/data_dir.ts";
import type { Environment } from "../environment.ts";
import { LockBusyError, withFileLock } from "../files/file_lock.ts";
import { obsConfigRoots } from "../obs/config_roots.ts";
import type { Clock } from "../time/clock.ts";
import { type Applied, applyEdits } from "./apply_plan.ts";
import { askYes } from "./ask_yes.ts";
import { listCollections, look, portsOf, uniqueFolders } from "./look.ts";
import { readManifest, type SetupRecord, writeManifest } from "./manifest.ts";
import { type Plan, planUndo } from "./plan.ts";
import { prepareSetup } from "./prepare_setup.ts";
import type { RunningObs } from "./running_obs.ts";
import { setupFiles } from "./setup_files.ts";
import type { SetupOptions, SetupTerminal } from "./setup_options.ts";

/** What it is done with. */
export interface SetupTools {
  environment: Environment;
  terminal: SetupTerminal;
  findRunningObs(ports: readonly number[]): Promise<RunningObs>;
  clock: Clock;
}

/** What a run has found out before it writes. */
interface Run {
  options: SetupOptions;
  tools: SetupTools;
  own: ReturnType<typeof setupFiles>;
  /** OBS's folders that are there. */
  roots: readonly string[];
  /** Ports of the WebSocket servers that are turned on. */
  ports: readonly number[];
  /** The records in force when it was planned. */
  records: readonly SetupRecord[];
}

/**
 * Runs a setup.
 * @returns whether all is done, or nothing was to be done; else the user was told what is not
 * @throws CannotRunError if OBS runs, was never started, or files cannot be used
 */
export async function runSetup(options: SetupOptions, tools: SetupTools): Promise<boolean> {
  const { environment } = tools;
  const files = await openFiles(options);
  const own = setupFiles(files.root);
  const records = await readManifest(own.manifest);
  const places = placesOf(options, environment);
  // A portable OBS is named once: setup again, and its undoing, find it by the record.
  const isNamed = options.obs !== null && !options.undo;
  const earlier = isNamed ? [] : records.map(({ root }) => root);
  const roots = await uniqueFolders([...places, ...earlier]);
  const ports = await portsOf(roots);
  await refuseWhileObsRuns(ports, { options, tools });
  const planned = options.undo
    ? await planUndo(records, { look, listCollections })
    : await prepareSetup(options, { ...tools, files, roots, places, records });
  if (planned === null) return false;
  show(planned, environment.print);
  const run: Run = { options, tools, own, roots, ports, records };
  if (planned.edits.length === 0) return await nothingToDo(planned, run);
  if (options.isDryRun) {
    environment.print("Nothing was changed: the same without --dry-run makes these changes.");
    return tellFailed(planned.failed, environment);
  }
  const { terminal } = tools;
  const { print } = environment;
  if (!options.yes && askYes("Make these changes?", { terminal, print }) !== true) {
    print("Nothing was changed.");
    return false;
  }
  return await write(planned, run);
}

async function openFiles({ dataDir, isDryRun }: SetupOptions): Promise<DataDir> {
  if (isDryRun) return dataDirFiles(dataDir);
  const files = openDataDir(dataDir);
  const { folder } = setupFiles(files.root);
  try {
    await Deno.mkdir(folder, { recursive: true, mode: 0o700 });
  } catch (cause) {
    throw cannotRun(`Cannot make setup's folder ${folder}`, {
      cause,
      remedy: "Move away what is in its place, or give another data directory with --data-dir DIR.",
    });
  }
  return files;
}

async function refuseWhileObsRuns(
  ports: readonly number[],
  { options, tools }: { options: SetupOptions; tools: SetupTools },
): Promise<void> {
  const { print, printError } = tools.environment;
  const { reason, doubt } = await tools.findRunningObs(ports);
  if (reason !== null && !options.isDryRun) {
    throw new CannotRunError(
      `${reason}. Close it and run this again: OBS writes its files anew when it ends, over what ` +
        "was changed meanwhile.",
    );
  }
  if (reason !== null) print(`${reason}: it must be closed for the changes below.`);
  if (doubt !== null) {
    printError(`Cannot tell for certain whether OBS runs (${doubt}). Make sure that it is closed.`);
  }
}

async function write(planned: Plan, run: Run): Promise<boolean> {
  const { options: { undo }, tools, own, ports, records } = run;
  const { environment } = tools;
  const backup = own.backup(new Date(tools.clock.now()));
  const applied = await alone(run, () =>
    applyEdits(planned.edits, {
      direction: undo ? "undo" : "setup",
      records: records.filter((each) => !planned.settled.includes(each)),
      manifest: own.manifest,
      backup,
      obsRuns: async () => (await tools.findRunningObs(ports)).reason,
    }));
  for (const path of applied.written) environment.print(`Changed ${path}`);
  if (applied.written.length > 0) {
    environment.print(`Copies of the files as they were, less their secrets: ${backup}`);
  }
  if (!undo && (await portsOf(run.roots)).length > 0) {
    environment.print(
      "OBS's WebSocket server listens on all network interfaces: keep its password on.",
    );
  }
  if (applied.problem !== null) environment.printError(applied.problem);
  if (!tellFailed(notDone(planned, applied), environment)) {
    if (!undo && applied.written.length > 0) {
      environment.printError('What was done is taken out by "deno task setup --undo".');
    }
    return false;
  }
  environment.print(undo ? wordsAfterUndo(planned) : wordsAfterSetup(planned));
  return true;
}

function notDone({ edits, failed }: Plan, { written }: Applied): string[] {
  return [...edits.slice(written.length).map(({ path }) => path), ...failed];
}

/** Says what was wanted and is not done; true if there is nothing of the kind. */
function tellFailed(failed: readonly string[], { printError }: Environment): boolean {
  if (failed.length === 0) return true;
  printError(`Not done: ${failed.join(", ")}. Mend what is told above and run this again.`);
  return false;
}

function wordsAfterSetup({ startsWithObs }: Plan): string {
  const dock = "If the dock does not show, tick it in the Docks menu.";
  return startsWithObs === true
    ? `Done. Start OBS: the sidecar starts with it. ${dock}`
    : `Done. Start OBS, and the sidecar with "deno task start". ${dock}`;
}

function wordsAfterUndo({ edits }: Plan): string {
  const hadOverlay = edits.some(({ records }) =>
    records.some((each) => each.kind === "script" && each.added !== "bridge")
  );
  const source =
    " The overlay's text source stays in your scenes: delete it in OBS if you do not " +
    "want it.";
  return `Done. What setup had put in is out.${hadOverlay ? source : ""}`;
}

async function nothingToDo({ notes, failed, settled }: Plan, run: Run): Promise<boolean> {
  const { options: { undo, isDryRun }, tools: { environment }, own, records } = run;
  if (undo && settled.length > 0 && !isDryRun) {
    const left = records.filter((each) => !settled.includes(each));
    await alone(run, () => writeManifest(own.manifest, left));
  }
  if (!tellFailed(failed, environment)) return false;
  const start = notes.length === 0 ? "Nothing" : "Apart from what is told above, nothing";
  environment.print(
    undo
      ? `${start} is to be undone: nothing that setup put in is there.`
      : `${start} is to be done: OBS is set up already.`,
  );
  return true;
}

/**
 * Writes while no other setup does; never while the user is asked.
 * @throws CannotRunError if another setup writes now, or wrote since this one looked
 */
async function alone<T>({ own, records, tools }: Run, work: () => Promise<T>): Promise<T> {
  try {
    return await withFileLock(own.lock, async () => {
      if (JSON.stringify(await readManifest(own.manifest)) !== JSON.stringify(records)) {
        throw new CannotRunError(
          "Another setup made changes meanwhile, so this one made none. Run it again.",
        );
      }
      return await work();
    }, { clock: tools.clock });
  } catch (cause) {
    if (cause instanceof LockBusyError) throw new CannotRunError(cause.message, { cause });
    throw cause;
  }
}

/** Where OBS's folders may be. */
function placesOf({ obs }: SetupOptions, environment: Environment): string[] {
  if (obs === null) return obsConfigRoots(environment);
  const folder = resolve(environment.env("INIT_CWD") ?? "", obs).replace(/[\\/]$/, "");
  return [folder, `${folder}/obs-studio`, `${folder}/config/obs-studio`];
}

function show({ edits, notes }: Plan, print: (line: string) => void): void {
  for (const { path, words } of edits) {
    print(path);
    for (const line of words) print(`  - ${line}`);
  }
  for (const note of notes) print(`Note: ${note}`);
}
