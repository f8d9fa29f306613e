import { configTemplate } from "../config/template.ts";
import { buildLaunchers } from "./build_launchers.ts";
import { buildInto } from "./build_into.ts";
import { commandName } from "./command_name.ts";
import { denoFlags } from "./deno_flags.ts";
import { buildIdOf, digestOfSources } from "./digest_of_sources.ts";
import { fetchDeno } from "./fetch_deno.ts";
import { thirdPartyLicences } from "./licences.ts";
import { type PackageFile, plainFile, programFile } from "./package_file.ts";
import { readmeText } from "./readme_text.ts";
import { DENO_VERSION, denoFile, type Target } from "./targets.ts";
import { TERMINAL_ENTRIES } from "./windows_entries.ts";

/** What packages are made with. */
export interface PackageFilesOptions {
  version: string;
  /** An empty folder for what is built on the way. */
  folder: string;
  /** Where fetched archives of Deno are kept. */
  cache: string;
}

/** The program's name in packages. */
const PROGRAM = "obs-telemetry";

/** What is the same for all systems: the bundles, the overlay, an example of settings, licences. */
export async function commonFiles({ folder }: PackageFilesOptions): Promise<PackageFile[]> {
  const dist = `${folder}/dist`;
  const buildId = await buildIdOf(`${await digestOfSources()}\n${PROGRAM}`);
  const inputs = await buildInto(dist, { buildId, plugins: [commandName(PROGRAM)] });
  const mit = await Deno.readTextFile("LICENSE");
  return [
    ...await filesUnder(dist, "sidecar/dist"),
    plainFile("lua/obs_telemetry.lua", await Deno.readFile("lua/obs_telemetry.lua")),
    plainFile("config.example.toml", configTemplate()),
    plainFile("LICENSE.txt", mit),
    plainFile(
      "THIRD_PARTY_LICENSES.txt",
      await thirdPartyLicences(inputs, { mit, denoVersion: DENO_VERSION }),
    ),
  ];
}

/** All files of a system's package, in a fixed order. */
export async function packageFiles(
  target: Target,
  { common, ...options }: PackageFilesOptions & { common: readonly PackageFile[] },
): Promise<PackageFile[]> {
  const deno = programFile(denoFile(target), await fetchDeno(target, options));
  const readme = plainFile("README.txt", readmeText(target, options.version));
  const { permissions } = JSON.parse(await Deno.readTextFile("deno.json"));
  const flags = denoFlags(permissions.sidecar);
  const own = target.os === "windows"
    ? await windowsFiles(flags, options)
    : await unixFiles(target, flags);
  return [...common, deno, readme, ...own].toSorted((a, b) => a.path < b.path ? -1 : 1);
}

async function windowsFiles(
  flags: readonly string[],
  { version, folder }: PackageFilesOptions,
): Promise<PackageFile[]> {
  const scripts = TERMINAL_ENTRIES.map(({ name, launcher, command }) =>
    plainFile(`${name}.cmd`, `@"%~dp0${launcher}" ${command}\r\n@pause\r\n`)
  );
  return [...await buildLaunchers({ flags, version, folder }), ...scripts];
}

async function unixFiles({ os }: Target, flags: readonly string[]): Promise<PackageFile[]> {
  const source = "sidecar/packaging/unix";
  const script = await Deno.readTextFile(`${source}/obs-telemetry.sh`);
  const unit = `obs-telemetry-bridge.${os === "macos" ? "plist" : "service"}`;
  return [
    programFile(PROGRAM, script.replace("@DENO_FLAGS@", flags.join(" "))),
    plainFile(unit, await Deno.readFile(`${source}/${unit}`)),
  ];
}

async function filesUnder(folder: string, path: string): Promise<PackageFile[]> {
  const files: PackageFile[] = [];
  for await (const { name, isDirectory } of Deno.readDir(folder)) {
    if (isDirectory) files.push(...await filesUnder(`${folder}/${name}`, `${path}/${name}`));
    else files.push(plainFile(`${path}/${name}`, await Deno.readFile(`${folder}/${name}`)));
  }
  return files;
}
