/** Deepest nesting of a body: an object within an object is two. */
export const MAX_DEPTH = 16;

/** JSON that is no JSON: `message` says where. */
export class JsonSyntaxError extends Error {
  override name = "JsonSyntaxError";
}

/** What a text holds, and what is wrong with it though it is JSON. */
export interface StrictJson {
  /** Null if there are problems. */
  value: unknown;
  problems: string[];
}

/** A string, or one of the characters that make the structure. */
const TOKEN = /"(?:[^"\\]|\\.)*"|[{}[\],]/gs;

type Level = { keys: Set<string>; expectsKey: boolean } | null;

/**
 * Reads JSON in which no key stands twice, none is `__proto__`, and nothing lies deeper than
 * `MAX_DEPTH`. The depth is found before anything is built, so that no text exhausts the stack.
 * @throws JsonSyntaxError if it is no JSON
 */
export function parseStrictJson(text: string): StrictJson {
  const problems = new Set<string>();
  const levels: Level[] = [];
  for (const [token] of text.matchAll(TOKEN)) {
    const level = levels.at(-1);
    if (token === "{" || token === "[") {
      if (levels.length === MAX_DEPTH) {
        return { value: null, problems: [`it is nested deeper than ${MAX_DEPTH} levels`] };
      }
      levels.push(token === "{" ? { keys: new Set(), expectsKey: true } : null);
    } else if (token === "}" || token === "]") {
      levels.pop();
    } else if (level) {
      if (token !== "," && level.expectsKey) noteKey(token, { level, problems });
      level.expectsKey = token === ",";
    }
  }
  const value = parse(text);
  return problems.size > 0 ? { value: null, problems: [...problems] } : { value, problems: [] };
}

function noteKey(
  token: string,
  { level, problems }: { level: NonNullable<Level>; problems: Set<string> },
): void {
  // Two spellings of one key are the same: "a" and "\u0061".
  const key = String(parse(token));
  const shown = JSON.stringify(key.slice(0, 80));
  if (key === "__proto__") problems.add(`no key may be ${shown}`);
  else if (level.keys.has(key)) problems.add(`the key ${shown} stands there twice`);
  level.keys.add(key);
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    // The engine's message repeats a part of the text, which may be a secret.
    throw new JsonSyntaxError("The body is no JSON.");
  }
}
