/** A reader of Prometheus's text format that shares nothing with its writer. */

/** One line of figures. */
export interface Sample {
  name: string;
  labels: Record<string, string>;
  value: number;
}

/** What a text in that format says. */
export interface Exposition {
  /** By the metric's name. */
  help: Map<string, string>;
  /** By the metric's name. */
  types: Map<string, string>;
  samples: Sample[];
}

/**
 * Reads a text strictly: each metric has HELP and TYPE once, before its samples, which stand
 * together; nothing else is allowed.
 * @throws at the first line that is not so
 */
export function parseExposition(text: string): Exposition {
  if (text !== "" && !text.endsWith("\n")) throw new Error("The last line has no end");
  const help = new Map<string, string>();
  const types = new Map<string, string>();
  const samples: Sample[] = [];
  const seen = new Set<string>();
  let current = "";
  for (const line of text.split("\n").slice(0, -1)) {
    const comment = /^# (HELP|TYPE) ([a-zA-Z_:][a-zA-Z0-9_:]*) (.*)$/.exec(line);
    if (comment !== null) {
      const [, what, name = "", rest = ""] = comment;
      const into = what === "HELP" ? help : types;
      if (into.has(name)) throw new Error(`A second ${what}: ${line}`);
      into.set(name, what === "HELP" ? unescape(rest) : rest);
      current = name;
      continue;
    }
    const sample = parseSample(line);
    if (sample.name !== current) throw new Error(`Not among the samples of its metric: ${line}`);
    if (!help.has(current) || !types.has(current)) throw new Error(`Unheralded: ${line}`);
    const key = JSON.stringify([sample.name, Object.entries(sample.labels).sort()]);
    if (seen.has(key)) throw new Error(`Twice: ${line}`);
    seen.add(key);
    samples.push(sample);
  }
  return { help, types, samples };
}

function parseSample(line: string): Sample {
  const name = /^[a-zA-Z_:][a-zA-Z0-9_:]*/.exec(line)?.[0];
  if (name === undefined) throw new Error(`Not a line of the format: ${line}`);
  const labels: Record<string, string> = {};
  let at = name.length;
  if (line[at] === "{") {
    at++;
    while (line[at] !== "}") {
      const pair = /^([a-zA-Z_][a-zA-Z0-9_]*)="((?:[^"\\]|\\["\\n])*)"(,|(?=\}))/.exec(
        line.slice(at),
      );
      if (pair === null) throw new Error(`Not a label at ${at}: ${line}`);
      const [whole, label = "", value = ""] = pair;
      if (label in labels) throw new Error(`A label twice: ${line}`);
      labels[label] = unescape(value);
      at += whole.length;
    }
    at++;
  }
  const value = /^ (\S+)$/.exec(line.slice(at))?.[1];
  if (value === undefined || !/^(NaN|[+-]Inf|-?\d+(\.\d+)?(e[+-]?\d+)?)$/.test(value)) {
    throw new Error(`Not a figure: ${line}`);
  }
  return { name, labels, value: Number(value.replace("Inf", "Infinity")) };
}

function unescape(text: string): string {
  return text.replaceAll(/\\(.)/g, (_, char) => char === "n" ? "\n" : char);
}
