/** OBS's inputs, and which of their settings name files. */
import { type Fields, fieldsOf, flagField, listField, textField } from "../../obs/fields.ts";
import type { ObsAnswer } from "../../obs/session.ts";

/** Most inputs that are looked at. */
const MAX_INPUTS = 500;

/** Longest name and path that are believed. */
const MAX_NAME_LENGTH = 1_000;
const MAX_PATH_LENGTH = 4_096;

/** Most files of one source. */
const MAX_FILES = 500;

/** One input of OBS. */
export interface InputRef {
  /** As OBS knows it: not to be shown as it is. */
  name: string;
  /** Without the version: `slideshow`, not `slideshow_v2`. */
  kind: string;
}

/** The inputs from the answer to `GetInputList`; null if OBS did not tell. */
export function readInputs(answer: ObsAnswer | undefined): InputRef[] | null {
  if (answer?.ok !== true || !Array.isArray(answer.data["inputs"])) return null;
  return listField(answer.data, "inputs", MAX_INPUTS).map(fieldsOf).flatMap((input) => {
    const name = textField(input, "inputName");
    const kind = textField(input, "unversionedInputKind") ?? textField(input, "inputKind");
    if (name === null || kind === null || name.length > MAX_NAME_LENGTH) return [];
    return [{ name, kind: kind.slice(0, 100).replace(/_v\d+$/, "") }];
  });
}

const FILE_KINDS = new Set([
  "image_source",
  "ffmpeg_source",
  "slideshow",
  "vlc_source",
  "browser_source",
  "text_gdiplus",
  "text_ft2_source",
]);

/** Whether an input's settings may name a file or an address. */
export function hasSettingsToRead({ kind }: InputRef): boolean {
  return FILE_KINDS.has(kind);
}

/** Whether an input plays something, and OBS can tell whether it fails. */
export function isMedia({ kind }: InputRef): boolean {
  return kind === "ffmpeg_source" || kind === "vlc_source";
}

/**
 * Paths of the files that an input shows, from its settings, in which OBS leaves out what is at
 * its default. Names of the settings: obs-studio, plugins/image-source, obs-ffmpeg, vlc-video,
 * obs-text, text-freetype2; obs-browser.
 */
export function filesOf({ kind }: InputRef, settings: Fields): string[] {
  switch (kind) {
    case "image_source":
      return paths(settings["file"]);
    case "ffmpeg_source":
      return flagField(settings, "is_local_file") === false ? [] : paths(settings["local_file"]);
    case "browser_source":
      return flagField(settings, "is_local_file") === true ? paths(settings["local_file"]) : [];
    case "slideshow":
      return listed(settings, "files");
    case "vlc_source":
      return listed(settings, "playlist");
    case "text_gdiplus":
      return flagField(settings, "read_from_file") === true ? paths(settings["file"]) : [];
    case "text_ft2_source":
      return flagField(settings, "from_file") === true ? paths(settings["text_file"]) : [];
    default:
      return [];
  }
}

function listed(settings: Fields, name: string): string[] {
  return listField(settings, name, MAX_FILES).flatMap((item) => paths(fieldsOf(item)["value"]));
}

/** The value as a path: an address such as `https://…` is none, nor is nothing. */
function paths(value: unknown): string[] {
  const isPath = typeof value === "string" && value !== "" && value.length <= MAX_PATH_LENGTH &&
    !/^[a-z][a-z0-9+.-]+:\/\//i.test(value) && !value.includes("\0");
  return isPath ? [value] : [];
}
