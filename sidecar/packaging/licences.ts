/** The licences of what a package holds besides this project's own code. */

const LICENCE_FILE = /^(licen[cs]e|copying|notice)(\.(md|txt))?$/i;

/**
 * The licences of all npm packages among bundled files, and Deno's, as one text.
 * @param inputs paths of the bundled files
 * @param options.mit this project's licence, the MIT one, whose terms Deno has too
 * @throws if a package has no licence in it
 */
export async function thirdPartyLicences(
  inputs: readonly string[],
  { mit, denoVersion }: { mit: string; denoVersion: string },
): Promise<string> {
  const folders = new Set(inputs.flatMap((path) => packageFolder(path) ?? []));
  const texts = await Promise.all([...folders].map(licenceOf));
  const sections = [denoSection(mit, denoVersion), ...[...new Set(texts)].sort()];
  return ["OBS Telemetry Bridge contains the following software.\n", ...sections].join(
    `\n${"-".repeat(78)}\n\n`,
  );
}

/** The npm package's folder that a file lies in; null if in none. */
function packageFolder(path: string): string | null {
  const mark = "node_modules/";
  const start = path.lastIndexOf(mark);
  if (start < 0) return null;
  const within = path.slice(start + mark.length).split("/");
  return path.slice(0, start + mark.length) +
    within.slice(0, within[0]?.startsWith("@") ? 2 : 1).join("/");
}

async function licenceOf(folder: string): Promise<string> {
  const { name, version, license } = JSON.parse(await Deno.readTextFile(`${folder}/package.json`));
  const files = (await Array.fromAsync(Deno.readDir(folder)))
    .map((entry) => entry.name).filter((file) => LICENCE_FILE.test(file)).sort();
  if (files.length === 0) throw new Error(`The npm package ${name} has no licence in it.`);
  const texts = await Promise.all(files.map((file) => Deno.readTextFile(`${folder}/${file}`)));
  const text = texts.map((part) => part.replaceAll("\r\n", "\n").trim()).join("\n\n");
  return `${name} ${version} (${license})\n\n${text}\n`;
}

function denoSection(mit: string, version: string): string {
  const terms = mit.replace(/^Copyright .*$/m, "Copyright 2018-2026 the Deno authors").trim();
  return `Deno ${version} (MIT), https://deno.com\n\n${terms}\n\n` +
    "Deno itself contains V8 (BSD), SQLite (public domain) and many more libraries: see\n" +
    "https://github.com/denoland/deno and the licences named in its Cargo.toml files.\n";
}
