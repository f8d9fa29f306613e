/** Where this machine fetches Debian's packages. */
import { runTool } from "../../sidecar/packaging/run_tool.ts";

/**
 * The mirror that this machine's own sources name.
 * @throws if they name none
 */
export async function debianMirror(): Promise<string> {
  for (const path of ["/etc/apt/sources.list.d/debian.sources", "/etc/apt/sources.list"]) {
    const text = await Deno.readTextFile(path).catch(() => "");
    const found = /^(?:URIs:|deb)\s+(https?:\/\/\S+\/debian)\/?(?:\s|$)/m.exec(text)?.[1];
    if (found !== undefined) return found;
  }
  // Written in another way, or in another file: apt knows what it has read.
  const listed = await runTool([
    ...["apt-get", "indextargets", "--format", "$(REPO_URI)", "Created-By: Packages"],
  ]);
  const uris = listed.split("\n");
  const known = uris.find((uri) => /^https?:/.test(uri) && !uri.includes("security"));
  if (known === undefined) {
    throw new Error("apt knows of no Debian mirror: name one in its sources, then apt-get update");
  }
  return known;
}
