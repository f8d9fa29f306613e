/** What setup has put into OBS's files, so that it can be taken out again. */
import * as v from "valibot";
import { cannotRun } from "../cannot_run_error.ts";
import { replaceFile } from "../files/replace_file.ts";

const IniUndoSchema = v.object({
  before: v.nullable(v.string()),
  section: v.nullable(v.string()),
  after: v.string(),
});

/** A setting of obs-websocket. */
const ServerRecordSchema = v.object({
  kind: v.literal("server"),
  /** OBS's `obs-studio` folder. */
  root: v.string(),
  setting: v.picklist(["enabled", "password"]),
  /** SHA-256, in base64, of the value that was set. */
  digest: v.string(),
  /** How it was undone in `global.ini`; null if it was set in `config.json`. */
  ini: v.nullable(IniUndoSchema),
  /** The JSON value that stood there before; null if none did. */
  json: v.nullable(v.string()),
});

/** The dock. */
const DockRecordSchema = v.object({
  kind: v.literal("dock"),
  root: v.string(),
  file: v.string(),
  uuid: v.string(),
  /** SHA-256, in base64, of the address that was set; "" if an earlier setup did not note it. */
  digest: v.optional(v.string(), ""),
  /** The address of a dock that the user had made; null if setup made the dock. */
  urlBefore: v.nullable(v.string()),
  /** How to take the list of docks out; null if there was one. */
  list: v.nullable(IniUndoSchema),
});

/** The script in a scene collection. */
const ScriptRecordSchema = v.object({
  kind: v.literal("script"),
  root: v.string(),
  file: v.string(),
  /** The script's path, as it stands there. */
  path: v.string(),
  bridge: v.string(),
  /**
   * What was put in: the whole entry, with the list that it is in or that list's object; or its
   * bridge file alone.
   */
  added: v.picklist(["entry", "scripts-tool", "modules", "bridge"]),
  /** The bridge file before, as JSON, if it was changed alone; null if none was set. */
  before: v.nullable(v.string()),
});

/** The start with OBS, in the settings of a script that was there before. */
const StartRecordSchema = v.object({
  kind: v.literal("start"),
  root: v.string(),
  file: v.string(),
  /** The script's path, as it stands there. */
  path: v.string(),
  /** The setting before, as JSON; null if it was not set. */
  before: v.nullable(v.string()),
  /** The program that it was given to start, and the JSON before; null if it was given none. */
  program: v.optional(
    v.nullable(v.object({ set: v.string(), before: v.nullable(v.string()) })),
    null,
  ),
});

const RecordSchema = v.variant("kind", [
  ServerRecordSchema,
  DockRecordSchema,
  ScriptRecordSchema,
  StartRecordSchema,
]);

const ManifestSchema = v.object({ version: v.literal(1), changes: v.array(RecordSchema) });

/** A setting of obs-websocket that setup set. */
export type ServerRecord = v.InferOutput<typeof ServerRecordSchema>;
/** A dock that setup made, or whose address it changed. */
export type DockRecord = v.InferOutput<typeof DockRecordSchema>;
/** A script that setup added, or whose bridge file it changed. */
export type ScriptRecord = v.InferOutput<typeof ScriptRecordSchema>;
/** A script of the user's that setup let start the sidecar. */
export type StartRecord = v.InferOutput<typeof StartRecordSchema>;
/** One change. */
export type SetupRecord = v.InferOutput<typeof RecordSchema>;

/**
 * The changes that are in force, oldest first.
 * @throws CannotRunError if the manifest cannot be read or is not one
 */
export async function readManifest(path: string): Promise<SetupRecord[]> {
  const remedy = "Move it away: setup then knows nothing of its earlier changes, and they can be " +
    "taken out by hand in OBS.";
  try {
    return v.parse(ManifestSchema, JSON.parse(await Deno.readTextFile(path))).changes;
  } catch (cause) {
    if (cause instanceof Deno.errors.NotFound) return [];
    throw cannotRun(`Cannot use setup's record ${path}`, { cause, remedy });
  }
}

/** Replaces the manifest, for the user alone. */
export async function writeManifest(path: string, changes: readonly SetupRecord[]): Promise<void> {
  const text = `${JSON.stringify({ version: 1, changes }, null, 2)}\n`;
  await replaceFile(path, new TextEncoder().encode(text));
}

/** Whether two records are of the same thing, so that the later one takes the place of the first. */
export function isSameThing(a: SetupRecord, b: SetupRecord): boolean {
  if (a.kind === "server" && b.kind === "server") {
    return a.root === b.root && a.setting === b.setting;
  }
  if (a.kind === "dock" && b.kind === "dock") return a.file === b.file && a.uuid === b.uuid;
  if (a.kind === "script" && b.kind === "script") return a.file === b.file && a.path === b.path;
  return a.kind === "start" && b.kind === "start" && a.file === b.file && a.path === b.path;
}
