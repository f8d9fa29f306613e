import { type JsonNode, jsonPlaces, JsonPlacesError } from "./json_places.ts";
import { unreadable } from "./unreadable_file_error.ts";

/** The parts of a JSON file. @throws UnreadableFileError if it is no JSON */
export function jsonOf(text: string, path: string): JsonNode {
  try {
    return jsonPlaces(text);
  } catch (cause) {
    if (!(cause instanceof JsonPlacesError)) throw cause;
    throw unreadable(path, cause.message, { cause });
  }
}
