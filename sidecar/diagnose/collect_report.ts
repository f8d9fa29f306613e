/** What a bug report needs to know, without what is nobody's business. */
import { BUILD_ID } from "../../shared/build_id.ts";
import type { ZipFile } from "../bytes/write_zip.ts";
import { decodeConfig } from "../config/config_text.ts";
import { parseConfig } from "../config/parse_config.ts";
import type { DataDir } from "../data_dir/data_dir.ts";
import type { Environment } from "../environment.ts";
import { silentLog } from "../log/log.ts";
import { Redactor } from "../log/redactor.ts";
import { findServerSettings } from "../obs/server_settings.ts";
import { knownObsRoots } from "../setup/known_roots.ts";
import { withoutSecrets } from "../setup/without_secrets.ts";
import type { Vault } from "../vault/vault.ts";
import { VERSION } from "../version.ts";
import { cleanText } from "./clean_text.ts";
import { historySummary } from "./history_summary.ts";
import { readInventory } from "./inventory.ts";
import { addKnownSecrets } from "./known_secrets.ts";

/** The newest part of each log; a bug's traces are at its end. */
const LOG_BYTES = 512 << 10;
/** More than any of our own files takes. */
const MAX_FILE_BYTES = 8 << 20;

/** What the report is made from. */
export interface ReportOptions {
  dataDir: DataDir;
  vault: Vault;
  environment: Environment;
  now: Date;
}

/** The report's files, cleaned of every secret that is known or that looks like one. */
export async function collectReport(
  { dataDir, vault, environment, now }: ReportOptions,
): Promise<ZipFile[]> {
  const redactor = new Redactor();
  const readText = (path: string) => Deno.readTextFile(path);
  const roots = await knownObsRoots(environment, { dataDir: dataDir.root, readText });
  const { servers, damaged } = await findServerSettings(roots, { readText });
  const vaultState = await addKnownSecrets(redactor, {
    tokenPath: dataDir.token,
    vault,
    servers,
    roots,
  });
  const clean = (text: string) => cleanText(text, { redactor, home: environment.home });
  const json = (name: string, value: unknown) =>
    file(name, clean(withoutSecrets(JSON.stringify(value, null, 2), { isJson: true })));
  const command = environment.inventoryCommand;
  const files = [
    json("about.json", {
      made_at: now.toISOString(),
      version: VERSION,
      build: BUILD_ID,
      deno: Deno.version,
      os: environment.os,
      arch: Deno.build.arch,
      data_dir: dataDir.root,
      inventory: command && await readInventory({ ...command, log: silentLog }),
    }),
    json("obs.json", {
      folders: await Promise.all(roots.map(async (path) => ({ path, found: await isThere(path) }))),
      servers: servers.map(({ enabled, port, password, file }) => ({
        enabled,
        port,
        password_set: password !== null,
        file,
      })),
      damaged,
    }),
    json("settings.json", await settings(dataDir.config)),
    json("vault.json", vaultState),
    json("history.json", await historySummary(dataDir.history)),
  ];
  for (
    const [name, path] of [["bridge.json", dataDir.bridge], ["preflight.json", dataDir.preflight]]
  ) {
    const value = await ownJson(path ?? "");
    if (name !== undefined && value !== null) files.push(json(name, value));
  }
  for (const suffix of ["", ".1"]) {
    const text = await tailOf(`${dataDir.log}${suffix}`);
    if (text !== null) files.push(file(`logs/sidecar.log${suffix}`, clean(text)));
  }
  return files;
}

/**
 * The settings in force. Not the text: a comment or a setting that does not exist may hold anything.
 */
async function settings(path: string): Promise<unknown> {
  try {
    const { text } = await decodeConfig(await Deno.readFile(path));
    const { usable, errors, warnings } = parseConfig(text);
    const places = [...errors, ...warnings].map(({ line, message }) => ({
      line,
      // A wrong value stands in the sentence's end.
      problem: message.replace(/, is .*$/s, ""),
    }));
    return { settings: usable, problems: places };
  } catch (error) {
    return { problem: error instanceof Error ? error.message : String(error) };
  }
}

async function ownJson(path: string): Promise<unknown> {
  try {
    const { size } = await Deno.stat(path);
    if (size > MAX_FILE_BYTES) return { problem: `It has ${size} bytes` };
    return JSON.parse(await Deno.readTextFile(path));
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return null;
    return { problem: error instanceof SyntaxError ? "It is not valid JSON" : String(error) };
  }
}

/** The log's end, from the beginning of a line; null if there is none. */
async function tailOf(path: string): Promise<string | null> {
  try {
    using log = await Deno.open(path);
    const { size } = await log.stat();
    const start = Math.max(0, size - LOG_BYTES);
    await log.seek(start, Deno.SeekMode.Start);
    const text = await new Response(log.readable).text();
    return start === 0 ? text : text.slice(text.indexOf("\n") + 1);
  } catch {
    return null;
  }
}

async function isThere(path: string): Promise<boolean> {
  return await Deno.stat(path).then(() => true, () => false);
}

function file(name: string, text: string): ZipFile {
  return { name, data: new TextEncoder().encode(text) };
}
