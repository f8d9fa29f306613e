import { resolve } from "node:path";
import { writeZip } from "../bytes/write_zip.ts";
import { cannotRun } from "../cannot_run_error.ts";
import { openDataDir } from "../data_dir/data_dir.ts";
import { collectReport } from "../diagnose/collect_report.ts";
import { silentLog } from "../log/log.ts";
import { openSidecarVault } from "../vault/open_sidecar_vault.ts";
import { vaultFiles } from "../vault/vault_files.ts";
import { EXIT, textFlag } from "./arguments.ts";
import type { Command } from "./command.ts";
import { chosenDataDir } from "./session.ts";

/** `deno task diagnose`: a report for whoever is to mend something. */
export const diagnose: Command = {
  name: "diagnose",
  help: `Usage: deno task diagnose [options]

Writes a zip for a bug report: versions, this PC, settings, the ids in the vault, which OBS was
found, the last figures and checks, what the history holds, and the end of the log. Passwords,
keys, tokens and the paths of addresses are taken out, the home folder reads ~, and your notes on
sessions stay here. Look into it all the same before you send it. Nothing is sent by itself.

  --output FILE    the zip to write (default: obs-telemetry-DATE.zip, here)
  --data-dir DIR   the sidecar's data directory, if it was given one
  --help           print this
  --version        print the version

Exit codes: 0 written, 2 could not run.`,
  flags: { "output": "string", "data-dir": "string" },
  async run(flags, environment) {
    const dataDir = openDataDir(chosenDataDir(textFlag(flags, "data-dir"), environment));
    const now = new Date();
    const name = textFlag(flags, "output") ??
      `obs-telemetry-${now.toISOString().slice(0, 19).replaceAll(":", "-")}.zip`;
    const path = resolve(environment.env("INIT_CWD") ?? "", name);
    const vault = openSidecarVault(vaultFiles(dataDir.root), { environment, log: silentLog });
    try {
      const files = await collectReport({ dataDir, vault, environment, now });
      await write(path, await writeZip(files, { timeS: now.getTime() / 1000 }));
      environment.print(`${path} holds`);
      for (const { name, data } of files) environment.print(`  ${name} (${data.length} bytes)`);
    } finally {
      await vault.close();
    }
    environment.print("Secrets are taken out. Look into it all the same before you send it.");
    return EXIT.ok;
  },
};

async function write(path: string, data: Uint8Array): Promise<void> {
  try {
    await Deno.writeFile(path, data, { createNew: true, mode: 0o600 });
  } catch (cause) {
    throw cannotRun(`Cannot write ${path}`, {
      cause,
      remedy: "Name another file with --output FILE; one that is there is not overwritten.",
    });
  }
}
