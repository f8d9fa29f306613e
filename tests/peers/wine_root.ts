/** Builds what `wine.ts` runs programs in. */
import { denoCache, fetchDeno } from "../../sidecar/packaging/fetch_deno.ts";
import { runTool } from "../../sidecar/packaging/run_tool.ts";
import { TARGETS } from "../../sidecar/packaging/targets.ts";
import { exists } from "../exists.ts";

/** The Debian whose Wine can run Deno. */
const SUITE = "trixie";
const PACKAGES = ["wine", "wine64"];

/**
 * A folder with a Debian and Wine in it; built if it is not there yet.
 * @throws if it cannot be built, with the end of what the tool said
 */
export async function buildWindowsRoot(root: string): Promise<string> {
  // It takes its name only when it is whole.
  if (exists(root)) return root;
  await Deno.mkdir(root.slice(0, root.lastIndexOf("/")), { recursive: true });
  const building = `${root}.${crypto.randomUUID().slice(0, 8)}`;
  console.error(`Building Wine's folder ${root}: this takes minutes, once.`);
  try {
    await runTool(["/usr/sbin/debootstrap", "--variant=minbase", SUITE, building]);
    await runTool([
      "/usr/bin/unshare",
      "--mount",
      "/bin/sh",
      "-c",
      INSTALL,
      "install",
      building,
    ]);
    await Deno.rename(building, root);
  } catch (error) {
    await Deno.remove(building, { recursive: true }).catch(() => {});
    throw error;
  }
  return root;
}

const INSTALL = `set -e
mount -t proc proc "$1/proc"
mount --rbind /dev "$1/dev"
export DEBIAN_FRONTEND=noninteractive
chroot "$1" apt-get install -y --no-install-recommends ${PACKAGES.join(" ")}
chroot "$1" apt-get clean
`;

/** A folder with `deno.exe` in it, the one of the packages; made if it is not there yet. */
export async function windowsDeno(folder: string): Promise<string> {
  if (exists(`${folder}/deno.exe`)) return folder;
  const target = TARGETS.find(({ os }) => os === "windows");
  if (target === undefined) throw new Error("There is no package for Windows.");
  const bytes = await fetchDeno(target, { cache: denoCache((name) => Deno.env.get(name)) });
  await Deno.mkdir(folder, { recursive: true });
  const whole = `${folder}/${crypto.randomUUID()}`;
  await Deno.writeFile(whole, bytes);
  await Deno.rename(whole, `${folder}/deno.exe`);
  return folder;
}
