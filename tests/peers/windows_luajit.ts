/** LuaJIT for Windows, which is what OBS runs scripts with there, out of Debian's sources of it. */
import { runTool } from "../../sidecar/packaging/run_tool.ts";
import { APT, CC, type Counterpart, debian, MINGW } from "../counterparts.ts";
import { keptInCache } from "./kept_in_cache.ts";
import { openTrixieApt } from "./trixie_apt.ts";

const MAKE = debian("make", "/usr/bin/make", "make");
const XZ = debian("xz", "/usr/bin/xz", "xz-utils");

/** What building it takes. */
export const WINDOWS_LUAJIT: readonly Counterpart[] = [APT, CC, MAKE, MINGW, XZ];

const PROGRAM = "luajit.exe";
const LIBRARY = "lua51.dll";

const BUILD_MS = 300_000;

/**
 * A folder with `luajit.exe` and its library; built once, in a minute.
 * @throws NotFetchedError if the sources cannot be fetched; another error if they do not compile
 */
export function windowsLuajit(): Promise<string> {
  return keptInCache("luajit-windows-x64", { holds: PROGRAM, make: buildInto });
}

async function buildInto(folder: string): Promise<void> {
  const work = await Deno.makeTempDir({ prefix: "luajit_" });
  try {
    const apt = await openTrixieApt(work, { type: "deb-src" });
    await apt("source", "--download-only", "--only-source", "--tar-only", "luajit");
    const archive = Array.from(Deno.readDirSync(work), ({ name }) => name)
      .find((name) => name.includes(".orig.tar."));
    if (archive === undefined) throw new Error("apt-get left no sources of LuaJIT");
    await Deno.mkdir(`${work}/sources`);
    await runTool(["tar", "xf", archive, "-C", "sources", "--strip-components=1"], {
      ...{ cwd: work, withinMs: BUILD_MS },
    });
    const cross = ["HOST_CC=gcc", "CROSS=x86_64-w64-mingw32-", "TARGET_SYS=Windows"];
    await runTool(["make", "-j2", ...cross], { cwd: `${work}/sources/src`, withinMs: BUILD_MS });
    for (const name of [LIBRARY, PROGRAM]) {
      await Deno.copyFile(`${work}/sources/src/${name}`, `${folder}/${name}`);
    }
  } finally {
    await Deno.remove(work, { recursive: true });
  }
}
