/** Where this machine fetches Debian's packages. */
import { runTool } from "../../sidecar/packaging/run_tool.ts";
import { NotFetchedError } from "./fetched.ts";

/** What Debian's own releases call themselves in apt's lists; other makers' have other names. */
const DEBIAN = ["Origin: Debian", "Label: Debian"];

/**
 * The mirror of Debian that this machine's apt has read its lists from.
 * @throws NotFetchedError if it has none
 */
export async function debianMirror(): Promise<string> {
  const listed = await runTool([
    ...["apt-get", "indextargets", "--format", "$(REPO_URI)", "Created-By: Packages", ...DEBIAN],
  ]);
  const mirror = listed.split("\n").find((uri) => /^https?:/.test(uri));
  if (mirror !== undefined) return mirror;
  throw new NotFetchedError(
    "apt has no list of a Debian mirror: name one in its sources, then apt-get update",
  );
}
