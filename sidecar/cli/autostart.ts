import { fileURLToPath } from "node:url";
import { entryText } from "../autostart/entry_text.ts";
import { loginEntry } from "../autostart/login_entry.ts";
import { startCommand } from "../autostart/start_command.ts";
import type { Environment } from "../environment.ts";
import { EXIT, type Flags, textFlag, UsageError } from "./arguments.ts";
import type { Command } from "./command.ts";
import { chosenDataDir } from "./session.ts";

/** `deno task autostart`: the sidecar at login. */
export const autostart: Command = {
  name: "autostart",
  help: `Usage: deno task autostart on [options]
       deno task autostart off [options]
       deno task autostart status

Starts the sidecar, without a window, whenever you log in; or no longer. It neither starts nor ends
one now. Once the program was moved, run it again.

  --data-dir DIR   on: the sidecar's data directory, if it is to have another one
  --dry-run        show what would be done, and do nothing
  --help           print this
  --version        print the version

Exit codes: 0 done, 1 status: off, 2 could not run.`,
  flags: { "data-dir": "string", "dry-run": "boolean" },
  positionals: ["action"],
  async run(flags, environment) {
    const { action } = flags;
    const entry = loginEntry(environment);
    const isDryRun = flags["dry-run"] === true;
    const { print } = environment;
    if (action === "on") {
      const text = wantedText(flags, environment);
      if (await entry.read() === text) {
        print("The sidecar starts at login already.");
      } else if (isDryRun) {
        print(`Would write into ${entry.place}:\n${text}`);
      } else {
        await entry.write(text);
        print(`From the next login on, the sidecar starts by itself: ${entry.place}.`);
      }
      return EXIT.ok;
    }
    if (action === "off") {
      if (await entry.read() === null) {
        print("The sidecar does not start at login.");
      } else if (isDryRun) {
        print(`Would remove ${entry.place}.`);
      } else {
        await entry.remove();
        print(`The sidecar no longer starts at login: ${entry.place} is removed.`);
      }
      return EXIT.ok;
    }
    if (action === "status") {
      const text = await entry.read();
      print(
        text === null
          ? "Off: the sidecar does not start at login. deno task autostart on changes that."
          : `On: ${entry.place}:`,
      );
      if (text !== null) print(text.trimEnd());
      return text === null ? EXIT.failed : EXIT.ok;
    }
    throw new UsageError("autostart needs one of on, off and status. See --help.");
  },
};

function wantedText(flags: Flags, environment: Environment): string {
  const { os, dist } = environment;
  const dataDir = textFlag(flags, "data-dir");
  const words = startCommand({
    os,
    dist: fileURLToPath(dist),
    deno: Deno.execPath(),
    dataDir: dataDir === null ? null : chosenDataDir(dataDir, environment),
    exists: isFile,
  });
  return entryText(words, { os });
}

function isFile(path: string): boolean {
  try {
    return Deno.statSync(path).isFile;
  } catch {
    return false;
  }
}
