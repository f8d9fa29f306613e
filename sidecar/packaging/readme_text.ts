import { DENO_VERSION, type Target } from "./targets.ts";

const HEAD = `OBS Telemetry Bridge VERSION

Is the stream healthy, and if not, is it the network, the GPU or the encoder?
`;

const WINDOWS = `
1. Close OBS. Double-click "Connect to OBS": it asks whether the sidecar shall start with OBS, shows
   what it will change in OBS, and asks again: Enter is yes.
2. Start OBS, each evening. If the dock does not show, tick Telemetry under Docks; if it shows an
   error, press Retry in it. The overlay is the source "Telemetry Overlay" in the scene, hidden
   at first: click its eye.

Without the start with OBS, double-click "OBS Telemetry Bridge" first. It has no window.
Before a stream: "Pre-flight". To end it: "Stop". Installed by the .msi, all of these are in the
Start menu.

In a terminal in this folder, every command is there:

  .\\obs-telemetry setup | start | stop | dock | preflight | report | vault |
  diagnose | autostart | demo   (--help explains each, .\\obs-telemetry alone lists them)

If Windows says "Windows protected your PC": these programs are not signed. "More info" shows
"Run anyway". Compare the download with SHA256SUMS first. deno.exe is Deno DENO, signed by its
makers and unchanged.

Your settings and data are in %APPDATA%\\OBSTelemetryBridge and stay there when the program is
deleted. With the .msi, "msiexec /x FILE.msi REMOVE_DATA=1" deletes them too.
`;

const UNIX = `
1. With OBS closed: ./obs-telemetry setup. It asks whether the sidecar shall start with OBS, shows
   what it will change in OBS, and asks again: Enter is yes.
2. Start OBS, each evening. If the dock does not show, tick Telemetry under Docks; if it shows an
   error, press Retry in it. The overlay is the source "Telemetry Overlay" in the scene, hidden
   at first: click its eye.

Without the start with OBS: ./obs-telemetry start     (Ctrl-C, or ./obs-telemetry stop, ends it)

Every command: ./obs-telemetry setup | start | stop | dock | preflight | report | vault |
diagnose | autostart | demo
(--help explains each, ./obs-telemetry alone lists them).
`;

const LINUX = `
To start it at login: ./obs-telemetry autostart on. Or let systemd do that, which starts it again if
it crashes: put this folder at ~/.local/share/obs-telemetry-bridge, and in it

  mkdir -p ~/.config/systemd/user
  cp obs-telemetry-bridge.service ~/.config/systemd/user/
  systemctl --user enable --now obs-telemetry-bridge

The folder may lie anywhere else without that. Settings and data are in
~/.config/obs-telemetry-bridge.
`;

const MACOS = `
To start it at login: ./obs-telemetry autostart on. Or by hand: put this folder at
~/.local/share/obs-telemetry-bridge, and in it

  mkdir -p ~/Library/LaunchAgents
  cp obs-telemetry-bridge.plist ~/Library/LaunchAgents/
  launchctl load ~/Library/LaunchAgents/obs-telemetry-bridge.plist

The folder may lie anywhere else without that. Settings and data are in
"~/Library/Application Support/OBSTelemetryBridge". This package was never tried on a Mac. If macOS
refuses to open deno: xattr -dr com.apple.quarantine THIS_FOLDER
`;

const TAIL = `
config.example.toml shows every setting. LICENSE.txt is this program's licence,
THIRD_PARTY_LICENSES.txt those of what it contains.
`;

/** The package's README.txt, with the line ends of its system. */
export function readmeText({ os }: Pick<Target, "os">, version: string): string {
  const parts = { windows: [WINDOWS], linux: [UNIX, LINUX], macos: [UNIX, MACOS] }[os];
  const text = [HEAD, ...parts, TAIL].join("")
    .replace("VERSION", version).replace("DENO", DENO_VERSION);
  return os === "windows" ? text.replaceAll("\n", "\r\n") : text;
}
