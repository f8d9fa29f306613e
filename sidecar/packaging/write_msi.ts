import { joinParts } from "../bytes/join_parts.ts";
import type { PackageFile } from "./package_file.ts";
import { runTool } from "./run_tool.ts";
import { stableGuid } from "./stable_guid.ts";
import { wxsText } from "./wxs_text.ts";

/** How an installer is made. */
export interface MsiOptions {
  version: string;
  /** An empty folder for what is written on the way. */
  folder: string;
  /** Time of every file, in Unix seconds. */
  timeS: number;
}

/**
 * A Windows installer for this user, made by wixl; the same files give the same bytes.
 * @throws if wixl is not installed, or fails
 */
export async function writeMsi(
  files: readonly PackageFile[],
  { version, folder, timeS }: MsiOptions,
): Promise<Uint8Array<ArrayBuffer>> {
  for (const { path, bytes } of files) {
    const parent = `${folder}/${path}`.replace(/\/[^/]*$/, "");
    await Deno.mkdir(parent, { recursive: true });
    await Deno.writeFile(`${folder}/${path}`, bytes);
    await Deno.utime(`${folder}/${path}`, timeS, timeS);
  }
  const contents = await crypto.subtle.digest(
    "SHA-512",
    joinParts(files.flatMap(({ path, bytes }) => [new TextEncoder().encode(path), bytes])),
  );
  const digest = `${version}:${new Uint8Array(contents).toHex()}`;
  const productCode = await stableGuid(`product:${digest}`);
  const wxs = await wxsText({ paths: files.map(({ path }) => path), version, productCode });
  await Deno.writeTextFile(`${folder}/package.wxs`, wxs);
  await runTool([
    // wixl orders some rows by where they lie in memory: without this, each time differently.
    "setarch",
    "-R",
    "wixl",
    "--arch=x64",
    "--output=package.msi",
    "package.wxs",
  ], { cwd: folder, install: "apt-get install --no-install-recommends wixl util-linux" });
  const msi = await Deno.readFile(`${folder}/package.msi`);
  fixSummary(msi, { packageCode: await stableGuid(`package:${digest}`), timeS });
  return msi;
}

/** Property set "SummaryInformation": format id, F29F85E0-4FF9-1068-AB91-08002B27B3D9. */
const FORMAT_ID = "e0859ff2f94f6810ab9108002b27b3d9";
/** Its properties (winmsi.h): package code, time of creation, time of the last save. */
const PACKAGE_CODE = 9;
const TIMES = [12, 13];
/** From 1601, when Windows's time begins, to 1970. */
const EPOCH_S = 11_644_473_600n;

/**
 * wixl gives each installer a random package code and the present time. Their places take others of
 * the same length. Layout: [MS-OLEPS] 2.20 and 2.21: the format id and the section's offset, there
 * its size, the number of properties, and for each its id and offset; a value begins with its type.
 */
function fixSummary(
  msi: Uint8Array,
  { packageCode, timeS }: { packageCode: string; timeS: number },
): void {
  const at = indexOf(msi, Uint8Array.fromHex(FORMAT_ID));
  if (at < 0) throw new Error("The installer has no summary: is this another wixl?");
  const view = new DataView(msi.buffer, msi.byteOffset);
  // The property set begins 28 bytes before its first format id.
  const section = at - 28 + view.getUint32(at + 16, true);
  for (let i = 0; i < view.getUint32(section + 4, true); i++) {
    const id = view.getUint32(section + 8 + i * 8, true);
    const value = section + view.getUint32(section + 12 + i * 8, true);
    if (id === PACKAGE_CODE) {
      msi.set(new TextEncoder().encode(`{${packageCode}}`), value + 8);
    } else if (TIMES.includes(id)) {
      view.setBigUint64(value + 4, (BigInt(timeS) + EPOCH_S) * 10_000_000n, true);
    }
  }
}

/** The last place of some bytes; -1 if they are nowhere. */
function indexOf(bytes: Uint8Array, wanted: Uint8Array): number {
  for (let at = bytes.length - wanted.length; at >= 0; at--) {
    if (wanted.every((byte, i) => bytes[at + i] === byte)) return at;
  }
  return -1;
}
