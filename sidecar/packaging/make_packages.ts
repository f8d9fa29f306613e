import { gzipSync } from "node:zlib";
import type { PackageFile } from "./package_file.ts";
import { commonFiles, packageFiles } from "./package_files.ts";
import type { Target } from "./targets.ts";
import { writeMsi } from "./write_msi.ts";
import { writeTar } from "./write_tar.ts";
import { writeZip } from "./write_zip.ts";

/** How packages are made. */
export interface MakePackagesOptions {
  /** Where they go. */
  out: string;
  /** Where fetched archives of Deno are kept. */
  cache: string;
  /** Time of every file, in Unix seconds; 1980 at the earliest. */
  timeS: number;
  version: string;
}

/**
 * Makes a zip archive and an installer for Windows, a tar archive for other systems, and
 * `SHA256SUMS`, from the repository's folder. The same sources give the same bytes.
 * @throws if a tool is not installed or fails, or Deno cannot be fetched
 */
export async function makePackages(
  targets: readonly Target[],
  { out, cache, timeS, version }: MakePackagesOptions,
): Promise<void> {
  await Deno.mkdir(out, { recursive: true });
  const folder = await Deno.makeTempDir({ dir: out, prefix: ".making-" });
  const sums: string[] = [];
  const write = async (name: string, bytes: Uint8Array<ArrayBuffer>) => {
    await Deno.writeFile(`${out}/${name}`, bytes);
    const sum = new Uint8Array(await crypto.subtle.digest("SHA-256", bytes)).toHex();
    sums.push(`${sum}  ${name}\n`);
    console.log(`${name}: ${(bytes.length / 1e6).toFixed(1)} MB`);
  };
  try {
    const options = { version, folder, cache };
    const common = await commonFiles(options);
    for (const target of targets) {
      const name = `obs-telemetry-bridge-${version}-${target.name}`;
      const files = await packageFiles(target, { ...options, common });
      if (target.os === "windows") {
        await write(`${name}.zip`, writeZip(files, { folder: name, timeS }));
        await write(
          `${name}.msi`,
          await makeMsi(files, { version, folder: `${folder}/msi`, timeS }),
        );
      } else {
        const tar = writeTar(files, { folder: name, timeS });
        await write(`${name}.tar.gz`, new Uint8Array(gzipSync(tar, { level: 9 })));
      }
    }
    await Deno.writeTextFile(`${out}/SHA256SUMS`, sums.sort().join(""));
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

/** The Start menu has what the zip has as files for a double click. */
function makeMsi(
  files: readonly PackageFile[],
  options: { version: string; folder: string; timeS: number },
): Promise<Uint8Array<ArrayBuffer>> {
  const installed = files.filter(({ path }) => !path.endsWith(".cmd"));
  return writeMsi(installed, options);
}
