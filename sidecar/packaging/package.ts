/**
 * Makes the packages that users download, on Linux: `deno task package [SYSTEM]…`. The same sources
 * give the same bytes; `SOURCE_DATE_EPOCH` sets the files' time.
 */
import { gzipSync } from "node:zlib";
import { VERSION } from "../version.ts";
import type { PackageFile } from "./package_file.ts";
import { commonFiles, packageFiles } from "./package_files.ts";
import { type Target, TARGETS } from "./targets.ts";
import { writeMsi } from "./write_msi.ts";
import { writeTar } from "./write_tar.ts";
import { writeZip } from "./write_zip.ts";

const DIST = "sidecar/packaging/dist";
/** The first moment that a zip archive can name. */
const FIRST_TIME_S = Date.UTC(1980, 0, 1) / 1000;

/** How packages are made. */
interface PackageOptions {
  /** Where they go. */
  out: string;
  /** Where fetched archives of Deno are kept. */
  cache: string;
  timeS: number;
}

async function makePackages(
  targets: readonly Target[],
  { out, cache, timeS }: PackageOptions,
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
    const options = { version: VERSION, folder, cache };
    const common = await commonFiles(options);
    for (const target of targets) {
      const name = `obs-telemetry-bridge-${VERSION}-${target.name}`;
      const files = await packageFiles(target, { ...options, common });
      if (target.os === "windows") {
        await write(`${name}.zip`, writeZip(files, { folder: name, timeS }));
        await write(`${name}.msi`, await makeMsi(files, { folder: `${folder}/msi`, timeS }));
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
  options: { folder: string; timeS: number },
): Promise<Uint8Array<ArrayBuffer>> {
  const installed = files.filter(({ path }) => !path.endsWith(".cmd"));
  return writeMsi(installed, { version: VERSION, ...options });
}

function chosenTargets(names: readonly string[]): readonly Target[] {
  if (names.length === 0) return TARGETS;
  return names.map((name) => {
    const target = TARGETS.find((candidate) => candidate.name === name);
    if (target !== undefined) return target;
    const known = TARGETS.map((candidate) => candidate.name).join(", ");
    throw new Error(`Unknown system "${name}". The systems are ${known}.`);
  });
}

if (import.meta.main) {
  Deno.chdir(new URL("../../", import.meta.url));
  const cache = Deno.env.get("XDG_CACHE_HOME") || `${Deno.env.get("HOME")}/.cache`;
  const epoch = Number(Deno.env.get("SOURCE_DATE_EPOCH") || FIRST_TIME_S);
  await makePackages(chosenTargets(Deno.args), {
    out: DIST,
    cache: `${cache}/obs-telemetry-bridge`,
    timeS: Math.max(epoch, FIRST_TIME_S),
  });
}
