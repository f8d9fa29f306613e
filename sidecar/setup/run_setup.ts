/** The course of a setup, or of its undoing: look, show, ask, write. */
import { resolve } from "node:path";
import { CannotRunError } from "../cannot_run_error.ts";
import { EXIT } from "../cli/arguments.ts";
import { type DataDir, dataDirFiles, openDataDir } from "../data_dir.ts";
import type { Environment } from "../environment.ts";
import { withFileLock } from "../file_lock.ts";
import { obsConfigRoots } from "../obs/config_roots.ts";
import { applyEdits } from "./apply_plan.ts";
import { adviceFor } from "./advice.ts";
import { type Installation, versionName } from "./installation.ts";
import { collectionsOf, look, portsOf } from "./look.ts";
import { readManifest, type SetupRecord, writeManifest } from "./manifest.ts";
import { newPassword } from "./new_password.ts";
import { type Collection, collectionsNamed, parseChoice } from "./pick_collections.ts";
import { listCollections, type Plan, planSetup, planUndo } from "./plan.ts";
import type { RunningObs } from "./running_obs.ts";
import { setupFiles } from "./setup_files.ts";
import { whatToAdd } from "./what_to_add.ts";

/** The user's terminal. */
export interface SetupTerminal {
  isTerminal(): boolean;
  /** One line; null if the user wants to end. */
  ask(question: string): string | null;
}

/** What the user chose. */
export interface SetupOptions {
  /** The data directory, as a whole path. */
  dataDir: string;
  port: number | null;
  /** The only folder to look at; null for all usual ones. */
  obs: string | null;
  /** Names of scene collections; empty for the current ones. */
  collections: readonly string[];
  isDryRun: boolean;
  undo: boolean;
  yes: boolean;
}

/** What it is done with. */
export interface SetupTools {
  environment: Environment;
  terminal: SetupTerminal;
  findRunningObs(ports: readonly number[]): Promise<RunningObs>;
  now(): Date;
}

/**
 * Runs a setup.
 * @returns the exit code
 * @throws CannotRunError if OBS runs, was never started, or files cannot be used
 */
export async function runSetup(options: SetupOptions, tools: SetupTools): Promise<number> {
  if (options.isDryRun) {
    return await course(options, { ...tools, files: dataDirFiles(options.dataDir) });
  }
  const files = openDataDir(options.dataDir);
  const own = setupFiles(files.root);
  await Deno.mkdir(own.folder, { recursive: true, mode: 0o700 });
  return await withFileLock(own.lock, () => course(options, { ...tools, files }));
}

type Tools = SetupTools & { files: DataDir };

async function course(options: SetupOptions, tools: Tools): Promise<number> {
  const { environment: { print, printError }, files, findRunningObs } = tools;
  const own = setupFiles(files.root);
  const records = await readManifest(own.manifest);
  const roots = rootsOf(options, tools.environment);
  const watched = options.undo
    ? [...new Set([...roots, ...records.map(({ root }) => root)])]
    : roots;
  const ports = await portsOf(watched);
  const { reason, doubt } = await findRunningObs(ports);
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
  const planned = options.undo
    ? await planUndo(records, { look, listCollections })
    : await setupPlan(options, { ...tools, roots, records });
  if (planned === null) return EXIT.failed;
  show(planned, print);
  if (planned.edits.length === 0) return await nothingToDo(planned, { options, tools, records });
  if (options.isDryRun) return EXIT.ok;
  if (!options.yes && !isYes(tools.terminal.ask("Make these changes? [y/N]"))) {
    print("Nothing was changed.");
    return EXIT.failed;
  }
  const backup = own.backup(tools.now());
  const left = records.filter((each) => !planned.settled.includes(each));
  const applied = await applyEdits(planned.edits, {
    direction: options.undo ? "undo" : "setup",
    records: left,
    manifest: own.manifest,
    backup,
    obsRuns: async () => (await findRunningObs(ports)).reason,
  });
  for (const path of applied.written) print(`Changed ${path}`);
  if (applied.written.length > 0) print(`Copies of the files as they were: ${backup}`);
  if (applied.problem !== null) {
    printError(applied.problem);
    const missing = planned.edits.slice(applied.written.length).map(({ path }) => path);
    printError(
      `Not done: ${missing.join(", ")}. Mend that and run this again; ` +
        'what was done is taken out by "deno task setup --undo".',
    );
    return EXIT.failed;
  }
  print(
    options.undo
      ? "Done. What setup had put in is out. The overlay's text source stays in your scenes: " +
        "delete it in OBS if you do not want it."
      : "Done. Start OBS; if the dock does not show, tick it in the Docks menu. Start the sidecar " +
        'with "deno task start". OBS\'s WebSocket server listens on all network interfaces: keep ' +
        "its password on.",
  );
  return EXIT.ok;
}

async function nothingToDo(
  { notes, settled }: Plan,
  { options, tools, records }: {
    options: SetupOptions;
    tools: Tools;
    records: readonly SetupRecord[];
  },
): Promise<number> {
  const { print } = tools.environment;
  if (options.undo && settled.length > 0 && !options.isDryRun) {
    const left = records.filter((each) => !settled.includes(each));
    await writeManifest(setupFiles(tools.files.root).manifest, left);
  }
  if (notes.length === 0) {
    print(
      options.undo
        ? "Nothing is to be undone: nothing that setup put in is there."
        : "Nothing is to be done: OBS is set up already.",
    );
  } else {
    print("There is nothing else to be done.");
  }
  return EXIT.ok;
}

async function setupPlan(
  options: SetupOptions,
  tools: Tools & { roots: readonly string[]; records: readonly SetupRecord[] },
): Promise<Plan | null> {
  const { environment, files, roots, records } = tools;
  const installations: Installation[] = [];
  for (const root of roots) {
    const found = await look(root);
    if (found !== null) installations.push(found);
  }
  if (installations.length === 0) {
    throw new CannotRunError(
      `OBS has not been started yet: none of ${
        roots.join(", ")
      } has its settings. Start OBS once, ` +
        "close it, and run this again. For an OBS elsewhere, give its folder with --obs DIR.",
    );
  }
  const { url, overlay } = await whatToAdd(options, { environment, files });
  const notes: string[] = [];
  const advice: string[] = [];
  const collections = new Map<string, string[]>();
  const all = await Promise.all(installations.map(collectionsOf));
  if (options.collections.length > 0) collectionsNamed(options.collections, all.flat());
  for (const [index, installation] of installations.entries()) {
    const known = all[index] ?? [];
    const version = installation.version === null
      ? "OBS"
      : `OBS ${versionName(installation.version)}`;
    environment.print(`${version} in ${installation.root}`);
    const chosen = options.collections.length > 0
      ? known.filter((each) => collectionsNamed(options.collections, all.flat()).includes(each))
      : choose(known, { options, tools });
    if (chosen === null) return null;
    if (known.length === 0) {
      notes.push(
        `${installation.root}: no scene collection yet, so the overlay has no place. Start OBS ` +
          "once, close it, and run setup again.",
      );
    } else if (chosen.length === 0 && options.collections.length === 0) {
      notes.push(
        `${installation.root}: no scene collection was chosen; name one with --collection.`,
      );
    }
    collections.set(installation.root, chosen.map(({ file }) => file));
    advice.push(...adviceFor(installation, { overlay, home: environment.home }));
  }
  const plan = await planSetup({
    installations,
    collections,
    dockUrl: url,
    overlay,
    records,
    newPassword,
    newUuid: () => crypto.randomUUID().replaceAll("-", ""),
  });
  const isNew = plan.edits.length > 0;
  return { ...plan, notes: [...notes, ...isNew ? advice : [], ...plan.notes] };
}

/** The scene collections that the user wants; null if they want to end. */
function choose(
  collections: readonly Collection[],
  { options, tools: { environment, terminal } }: { options: SetupOptions; tools: SetupTools },
): Collection[] | null {
  const current = collections.filter((each) => each.isCurrent);
  if (collections.length < 2 || options.yes || options.isDryRun) return current;
  environment.print("Its scene collections:");
  for (const [index, { name, isCurrent }] of collections.entries()) {
    environment.print(`  ${index + 1}  ${name}${isCurrent ? " (current)" : ""}`);
  }
  for (;;) {
    const answer = terminal.ask(
      'Which of them get the overlay? Numbers, "all" or "none"; Enter for the current one:',
    );
    if (answer === null) return null;
    const chosen = parseChoice(answer, collections);
    if (chosen !== null) return chosen;
    environment.print(`"${answer}" is none of that.`);
  }
}

function rootsOf({ obs }: SetupOptions, environment: Environment): string[] {
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

function isYes(answer: string | null): boolean {
  return answer !== null && /^\s*y(es)?\s*$/i.test(answer);
}
