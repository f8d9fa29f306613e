/** Finds out what a setup is to do: which OBS, which scene collections, which changes. */
import { CannotRunError } from "../cannot_run_error.ts";
import type { DataDir } from "../data_dir/data_dir.ts";
import type { Environment } from "../environment.ts";
import { adviceFor } from "./advice.ts";
import { askYes } from "./ask_yes.ts";
import { type Installation, versionName } from "./installation.ts";
import { collectionsOf, look } from "./look.ts";
import type { SetupRecord } from "./manifest.ts";
import { newPassword } from "./new_password.ts";
import { type Collection, collectionsNamed, parseChoice } from "./pick_collections.ts";
import { type Plan, planSetup } from "./plan.ts";
import type { SetupOptions, SetupTerminal } from "./setup_options.ts";
import { whatToAdd } from "./what_to_add.ts";

/** What it is done with. */
export interface PrepareTools {
  environment: Environment;
  terminal: SetupTerminal;
  files: DataDir;
  /** OBS's folders that are there. */
  roots: readonly string[];
  /** Where OBS's folders may be, for the user. */
  places: readonly string[];
  records: readonly SetupRecord[];
}

/**
 * Plans a setup; asks for scene collections where there are several.
 * @returns null if the user wants to end
 * @throws CannotRunError if OBS was never started, or files cannot be used
 */
export async function prepareSetup(
  options: SetupOptions,
  tools: PrepareTools,
): Promise<Plan | null> {
  const { environment, records } = tools;
  const installations = await installationsAt(tools);
  const { url, overlay, launcher } = await whatToAdd(options, tools);
  if (options.startWithObs && launcher === null) {
    throw new CannotRunError(
      "There is no program here that OBS could start: only an unpacked package has one. " +
        'Leave --start-with-obs out; "deno task autostart on" starts the sidecar at login.',
    );
  }
  const notes: string[] = [];
  const advice: string[] = [];
  const collections = new Map<string, string[]>();
  const all = await Promise.all(installations.map(collectionsOf));
  const isNaming = options.collections.length > 0;
  const named = isNaming ? collectionsNamed(options.collections, all.flat()) : [];
  for (const [index, installation] of installations.entries()) {
    const { root, version } = installation;
    const known = all[index] ?? [];
    environment.print(`OBS${version === null ? "" : ` ${versionName(version)}`} in ${root}`);
    const chosen = isNaming
      ? known.filter((each) => named.includes(each))
      : choose(known, { options, tools });
    if (chosen === null) return null;
    if (known.length === 0) {
      notes.push(
        `${root}: no scene collection yet, so the overlay has no place. Start OBS ` +
          "once, close it, and run setup again.",
      );
    } else if (chosen.length === 0 && !isNaming) {
      notes.push(`${root}: no scene collection was chosen; name one with --collection.`);
    }
    collections.set(root, chosen.map(({ file }) => file));
    advice.push(...adviceFor(installation, { overlay, home: environment.home }));
  }
  const wishes = {
    installations,
    collections,
    dockUrl: url,
    overlay,
    launcher,
    records,
    newPassword,
    newUuid: () => crypto.randomUUID().replaceAll("-", ""),
  };
  let plan = await planSetup({ ...wishes, startWithObs: options.startWithObs });
  const isToBeAsked = launcher !== null && plan.startsWithObs === false && !options.yes;
  if (isToBeAsked && !options.isDryRun) {
    const { print } = environment;
    const startWithObs = askYes("Start the sidecar with OBS?", { terminal: tools.terminal, print });
    if (startWithObs === null) return null;
    if (startWithObs) plan = await planSetup({ ...wishes, startWithObs });
  }
  const isNew = plan.edits.length > 0;
  return { ...plan, notes: [...notes, ...isNew ? advice : [], ...plan.notes] };
}

async function installationsAt({ roots, places }: PrepareTools): Promise<Installation[]> {
  const installations: Installation[] = [];
  for (const root of roots) {
    const found = await look(root);
    if (found !== null) installations.push(found);
  }
  if (installations.length > 0) return installations;
  throw new CannotRunError(
    `OBS has not been started yet: none of ${places.join(", ")} has its settings. Start OBS ` +
      "once, close it, and run this again. For an OBS elsewhere, give its folder with --obs DIR.",
  );
}

/** The scene collections that the user wants; null if they want to end. */
function choose(
  collections: readonly Collection[],
  { options, tools: { environment, terminal } }: { options: SetupOptions; tools: PrepareTools },
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
