/**
 * A program of its own that saves settings one after the other, as dock and API do:
 * `config_writer_peer.ts DATA_DIR CHANGES`, the changes as a JSON list. It prints how often another
 * program came first.
 */
import type { ConfigChanges } from "../../shared/config.ts";
import { ConfigError } from "../../sidecar/config/config_error.ts";
import { readConfig, saveConfig } from "../../sidecar/config/save_config.ts";

/** @returns how often another program came first */
async function save(dataDir: string, changes: ConfigChanges): Promise<number> {
  const path = `${dataDir}/config.toml`;
  for (let conflicts = 0;; conflicts++) {
    const { version } = await readConfig(path);
    try {
      await saveConfig(path, changes, { version, lock: `${dataDir}/config.lock` });
      return conflicts;
    } catch (error) {
      if (!(error instanceof ConfigError && error.kind === "conflict")) throw error;
    }
  }
}

if (import.meta.main) {
  const [dataDir = "", json = "[]"] = Deno.args;
  const list: ConfigChanges[] = JSON.parse(json);
  let conflicts = 0;
  for (const changes of list) conflicts += await save(dataDir, changes);
  console.log(conflicts);
}
