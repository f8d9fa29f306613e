import { deflateRawSync, gzipSync } from "node:zlib";
import { writeZip } from "../bytes/write_zip.ts";
import type { PackageFile } from "./package_file.ts";
import { commonFiles, packageFiles } from "./package_files.ts";
import type { Target } from "./targets.ts";
import { writeMsi } from "./write_msi.ts";
import { writeTar } from "./write_tar.ts";

/** How packages are made. */
export interface MakePackagesOptions {
  /** Where they go. */
  out: string;
  /** Where fetched archives of Deno are kept. */
  cache: string;
  /** Time of every file, in Unix seconds; 1980 at the earliest. */
  timeS: number;
  version: string;
  /** Which kinds of packages; all unless told otherwise. */
  endings?: readonly PackageEnding[];
  /** Told of each package that is made. */
  say(line: string): void;
}

/** Kinds of packages, by how their names end. */
const ENDINGS = ["zip", "msi", "tar.gz"] as const;
export type PackageEnding = (typeof ENDINGS)[number];

/**
 * Makes a zip archive and an installer for Windows, a tar archive for other systems, and
 * `SHA256SUMS`, from the repository's folder. The same sources give the same bytes.
 * @throws if a tool is not installed or fails, or Deno cannot be fetched
 */
export async function makePackages(
  targets: readonly Target[],
  { out, cache, timeS, version, endings = ENDINGS, say }: MakePackagesOptions,
): Promise<void> {
  await Deno.mkdir(out, { recursive: true });
  const folder = await Deno.makeTempDir({ dir: out, prefix: ".making-" });
  const sums: string[] = [];
  const write = async (name: string, bytes: Uint8Array<ArrayBuffer>) => {
    await Deno.writeFile(`${out}/${name}`, bytes);
    const sum = new Uint8Array(await crypto.subtle.digest("SHA-256", bytes)).toHex();
    sums.push(`${sum}  ${name}\n`);
    say(`${name}: ${(bytes.length / 1e6).toFixed(1)} MB`);
  };
  try {
    const options = { version, folder, cache };
    const common = await commonFiles(options);
    for (const target of targets) {
      const name = `obs-telemetry-bridge-${version}-${target.name}`;
      const files = await packageFiles(target, { ...options, common });
      for (const ending of endingsOf(target).filter((candidate) => endings.includes(candidate))) {
        const msiFolder = `${folder}/msi`;
        const bytes = await archives[ending](files, { name, timeS, version, msiFolder });
        await write(`${name}.${ending}`, bytes);
      }
    }
    await Deno.writeTextFile(`${out}/SHA256SUMS`, sums.sort().join(""));
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

function endingsOf({ os }: Target): readonly PackageEnding[] {
  return os === "windows" ? ["zip", "msi"] : ["tar.gz"];
}

interface ArchiveOptions {
  name: string;
  timeS: number;
  version: string;
  msiFolder: string;
}

const archives: Record<
  PackageEnding,
  (
    files: readonly PackageFile[],
    options: ArchiveOptions,
  ) => Uint8Array<ArrayBuffer> | Promise<Uint8Array<ArrayBuffer>>
> = {
  zip: (files, { name, timeS }) =>
    writeZip(
      files.map(({ path, bytes }) => ({ name: `${name}/${path}`, data: bytes })),
      { timeS, deflate: (data) => deflateRawSync(data, { level: 9 }) },
    ),
  "tar.gz": (files, { name, timeS }) =>
    new Uint8Array(gzipSync(writeTar(files, { folder: name, timeS }), { level: 9 })),
  // The Start menu has what the zip has as files for a double click.
  msi: (files, { timeS, version, msiFolder: folder }) =>
    writeMsi(files.filter(({ path }) => !path.endsWith(".cmd")), { version, folder, timeS }),
};
