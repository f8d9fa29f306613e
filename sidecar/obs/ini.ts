/** Sections of an ini file, each with its keys and values. */
export type Ini = ReadonlyMap<string, ReadonlyMap<string, string>>;

/**
 * Reads libobs's ini format (obs-studio, libobs/util/config-file.c): `[Section]`, `key=value`,
 * with `\\`, `\r` and `\n` escaped, an optional byte order mark, `#` lines as comments. Lines that
 * are none of these are passed over, as libobs does. Of a repeated key the last one counts.
 */
export function parseIni(text: string): Ini {
  const sections = new Map<string, Map<string, string>>();
  let section: Map<string, string> | null = null;
  for (const rawLine of text.replace(/^\uFEFF/, "").split(/\r?\n/)) {
    const line = rawLine.trim();
    if (line === "" || line.startsWith("#")) continue;
    const heading = /^\[(.*)\]$/.exec(line)?.[1];
    if (heading !== undefined) {
      section = sections.get(heading) ?? new Map();
      sections.set(heading, section);
      continue;
    }
    const equals = line.indexOf("=");
    if (section === null || equals < 1) continue;
    section.set(line.slice(0, equals).trim(), unescapeValue(line.slice(equals + 1).trim()));
  }
  return sections;
}

function unescapeValue(value: string): string {
  return value.replace(
    /\\([\\rn])/g,
    (_, letter: string) => letter === "r" ? "\r" : letter === "n" ? "\n" : "\\",
  );
}
