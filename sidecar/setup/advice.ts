import type { Installation } from "./installation.ts";
import type { OverlayPaths } from "./script_change.ts";

/** OBS 28 is the first with obs-websocket inside. */
const OBS_28 = 28 << 24;

/** What the user should know of an OBS that setup cannot change for them. */
export function adviceFor(
  { sandbox, version, root }: Installation,
  { overlay, home }: { overlay: OverlayPaths; home: string | null },
): string[] {
  const advice: string[] = [];
  if (version !== null && version < OBS_28) {
    advice.push(`${root}: this OBS is older than 28 and has no WebSocket server. Update it.`);
  }
  const paths = [overlay.script, overlay.bridge];
  if (sandbox === "flatpak") {
    advice.push(
      "Flatpak's OBS may read your files unless that was taken from it. If the overlay does not " +
        "come, allow it: flatpak override --user --filesystem=host com.obsproject.Studio",
    );
  }
  const hidden = paths.filter((path) => !isOpenToSnap(path, home));
  if (sandbox === "snap" && hidden.length > 0) {
    advice.push(
      `Snap's OBS may not read ${hidden.join(" and ")}: it sees no hidden folders and nothing ` +
        "outside your home folder. Put this program in your home folder, and give sidecar and " +
        "setup a data directory there that is not hidden, such as --data-dir ~/obs-telemetry.",
    );
  }
  return advice;
}

/** Snap's `home` interface: the home folder, less what is hidden directly in it. */
function isOpenToSnap(path: string, home: string | null): boolean {
  return home !== null && path.startsWith(`${home}/`) && path[home.length + 1] !== ".";
}
