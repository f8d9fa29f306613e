import { changedKeys, type Config, type ConfigChanges } from "../../shared/config.ts";
import { PLATFORM_FIELDS } from "../../shared/config_fields.ts";
import { removeTomlValue, setTomlValue, type TomlValue } from "./toml_edit.ts";

/**
 * The text of config.toml with all changes that make a difference, or replace something wrong.
 * @param options.changes what is asked for, which has been checked
 * @param options.before the settings without the changes
 * @param options.after the settings with them
 * @param options.wrong settings whose values in the text are not allowed: `api.port`
 */
export function editConfig(
  toml: string,
  { changes, before, after, wrong }: {
    changes: ConfigChanges | Config;
    before: Config;
    after: Config;
    wrong: readonly string[];
  },
): string {
  let text = toml;
  for (const [name, { enabled }] of Object.entries(after.platforms)) {
    if (Object.hasOwn(before.platforms, name)) continue;
    text = setTomlValue(text, { path: ["platforms", name, "enabled"], value: enabled });
  }
  const toWrite = new Set([...changedKeys(before, after), ...wrong]);
  for (const { path, value } of leaves(changes)) {
    if (value !== null) {
      if (toWrite.has(path.join("."))) text = setTomlValue(text, { path, value });
    } else if (
      path.length === 2 && path[0] === "platforms" && Object.hasOwn(after.platforms, path[1] ?? "")
    ) {
      // A platform that cannot go: its section stays, with the comments in it.
      for (const key of Object.keys(PLATFORM_FIELDS)) text = removeTomlValue(text, [...path, key]);
    } else {
      text = removeTomlValue(text, path);
    }
  }
  return text;
}

interface Leaf {
  path: readonly string[];
  value: TomlValue | null;
}

/** The single settings of a change, which has been checked. */
function leaves(changes: object, prefix: readonly string[] = []): Leaf[] {
  return Object.entries(changes).flatMap(([key, value]): Leaf[] => {
    const path = [...prefix, key];
    return typeof value === "object" && value !== null ? leaves(value, path) : [{ path, value }];
  });
}
