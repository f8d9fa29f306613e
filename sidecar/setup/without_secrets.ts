/** What setup keeps of a file of OBS's: all of it but secrets. */
import { escapeValue, unescapeValue } from "./ini_places.ts";
import { type JsonNode, jsonPlaces, JsonPlacesError } from "./json_places.ts";

/** Names of settings that hold a secret: `ServerPassword`, `server_password`, `api_key`. */
const SECRET_NAME =
  /pass(word|wd|phrase|code)|token|secret|credential|(api|stream|access|auth)[ _-]?key|^(pw|key)$/i;

/** Names of settings that hold an address, also one without a scheme. */
const ADDRESS_NAME = /ur[il]|address|endpoint/i;

/** An address: scheme, user and host, and what follows. */
const ADDRESS = /([a-z][a-z0-9+.-]*:\/\/)([^\s"'<>/?#]*)([^\s"'<>]*)/gi;

/** A value within JSON, and the name that it goes by. */
interface NamedText {
  start: number;
  end: number;
  value: string;
  name: string;
}

/**
 * A file's text with secrets taken out: values whose name says that they are one are blank, and of
 * every address only scheme and host stay, for stream keys and the tokens of docks and widgets
 * stand in the rest of it.
 * @param options.isJson whether it is JSON; else an ini file
 */
export function withoutSecrets(text: string, { isJson }: { isJson: boolean }): string {
  if (isJson) return jsonWithout(text);
  return text.replace(/^([^=\r\n]*)=([^\r\n]*)/gm, (line, name: string, raw: string) => {
    const { value } = unescapeValue(raw);
    const left = valueWithout(value, name.trim());
    return left === value ? line : `${name}=${escapeValue(left)}`;
  });
}

function valueWithout(value: string, name: string): string {
  // Hotkeys stand under that name too.
  if (SECRET_NAME.test(name) && !value.startsWith("OBS_KEY_")) return "";
  if (/^\s*[[{]/.test(value)) return jsonWithout(value);
  const whole = /^[a-z][a-z0-9+.-]*:\/\/[^\s"'<>/?#]*/i.exec(value)?.[0];
  if (whole !== undefined) {
    // An address to its end: what follows may hold blanks and quotes.
    const rest = value.slice(whole.length);
    return plainWithout(whole + (rest === "" || rest === "/" ? rest : "/…"));
  }
  const text = plainWithout(value);
  if (text !== value || !ADDRESS_NAME.test(name)) return text;
  return value.replace(/^([^\s/?#:]+(?::\d+)?)[/?#].*$/s, "$1/…");
}

function plainWithout(text: string): string {
  return text.replace(ADDRESS, (_, scheme: string, host: string, rest: string) => {
    const withoutUser = host.slice(host.lastIndexOf("@") + 1);
    return `${scheme}${withoutUser}${rest === "" || rest === "/" ? rest : "/…"}`;
  });
}

function jsonWithout(text: string): string {
  let root: JsonNode;
  try {
    root = jsonPlaces(text);
  } catch (error) {
    if (!(error instanceof JsonPlacesError)) throw error;
    return plainWithout(text);
  }
  const parts: string[] = [];
  let at = 0;
  for (const { start, end, value, name } of textsIn(root, "")) {
    const left = valueWithout(value, name);
    if (left === value) continue;
    parts.push(text.slice(at, start), JSON.stringify(left));
    at = end;
  }
  return parts.join("") + text.slice(at);
}

/** The texts of a value in their order; those in a list go by the list's name. */
function textsIn(node: JsonNode, name: string): NamedText[] {
  if (node.kind === "string") return [{ ...node, name }];
  if (node.kind === "array") return node.items.flatMap((item) => textsIn(item, name));
  if (node.kind !== "object") return [];
  return node.members.flatMap((member) => textsIn(member.value, member.key));
}
