/** Which scene collections get the overlay. */
import { cleanText } from "../../shared/text.ts";
import { UsageError } from "../cli/arguments.ts";
import type { Installation } from "./installation.ts";
import { jsonPlaces, stringOf } from "./json_places.ts";

/** A scene collection of OBS's. */
export interface Collection {
  file: string;
  /** What the user calls it, fit to be shown. */
  name: string;
  isCurrent: boolean;
}

/** Reads the names of scene collections. */
export async function readCollections(
  files: readonly string[],
  { sceneFile, readText }: Pick<Installation, "sceneFile"> & {
    readText(path: string): Promise<string | null>;
  },
): Promise<Collection[]> {
  const current = currentFile(files, sceneFile);
  return await Promise.all(files.map(async (file) => ({
    file,
    name: cleanText(nameIn(await readText(file)) ?? baseName(file)),
    isCurrent: file === current,
  })));
}

/** Before OBS 31 the name stands without `.json`; the only collection is the current one anyway. */
function currentFile(files: readonly string[], sceneFile: string | null): string | null {
  if (files.length === 1) return files[0] ?? null;
  if (sceneFile === null) return null;
  const named = (name: string) => files.find((file) => file.endsWith(`/${name}`));
  return named(`${sceneFile}.json`) ?? named(sceneFile) ?? null;
}

function nameIn(text: string | null): string | null {
  try {
    return text === null ? null : stringOf(jsonPlaces(text), "name");
  } catch {
    return null;
  }
}

function baseName(file: string): string {
  return file.split("/").at(-1)?.replace(/\.json$/, "") ?? file;
}

/**
 * The collections of these names.
 * @throws UsageError if there is none of a name
 */
export function collectionsNamed(
  names: readonly string[],
  collections: readonly Collection[],
): Collection[] {
  for (const name of names) {
    if (collections.some((each) => isNamed(each, name))) continue;
    const known = collections.map((each) => `"${each.name}"`).join(", ");
    throw new UsageError(`There is no scene collection "${name}". OBS has ${known || "none"}.`);
  }
  return collections.filter((each) => names.some((name) => isNamed(each, name)));
}

function isNamed({ file, name }: Collection, wanted: string): boolean {
  return name === wanted || baseName(file) === wanted;
}

/**
 * Reads an answer such as `1,3` or `all`; nothing means the current collection.
 * @returns null if it makes no sense
 */
export function parseChoice(
  answer: string,
  collections: readonly Collection[],
): Collection[] | null {
  const text = answer.trim().toLowerCase();
  if (text === "") return collections.filter((each) => each.isCurrent);
  if (text === "all") return [...collections];
  if (text === "none") return [];
  const chosen: Collection[] = [];
  for (const part of text.split(/[\s,]+/)) {
    const collection = /^\d+$/.test(part) ? collections[Number(part) - 1] : undefined;
    if (collection === undefined) return null;
    if (!chosen.includes(collection)) chosen.push(collection);
  }
  return chosen;
}
