import assert from "node:assert/strict";
import { obsConfigRoots } from "../../sidecar/obs/config_roots.ts";

function roots(os: typeof Deno.build.os, env: Record<string, string>, home: string | null = null) {
  return obsConfigRoots({ os, home, env: (name) => env[name] });
}

Deno.test("looks on Linux at the usual place, at Flatpak's and at Snap's", () => {
  assert.deepEqual(roots("linux", {}, "/home/ann"), [
    "/home/ann/.config/obs-studio",
    "/home/ann/.var/app/com.obsproject.Studio/config/obs-studio",
    "/home/ann/snap/obs-studio/current/.config/obs-studio",
  ]);
});

Deno.test("heeds XDG_CONFIG_HOME unless it is empty", () => {
  assert.equal(roots("linux", { XDG_CONFIG_HOME: "/cfg" }, "/home/ann")[0], "/cfg/obs-studio");
  assert.equal(
    roots("linux", { XDG_CONFIG_HOME: "" }, "/home/ann")[0],
    "/home/ann/.config/obs-studio",
  );
});

Deno.test("looks on Windows at the installed OBS and at a portable one", () => {
  assert.deepEqual(
    roots("windows", {
      APPDATA: "C:\\Users\\Ann\\AppData\\Roaming",
      ProgramFiles: "C:\\Program Files",
    }),
    [
      "C:\\Users\\Ann\\AppData\\Roaming\\obs-studio",
      "C:\\Program Files\\obs-studio\\config\\obs-studio",
    ],
  );
  assert.deepEqual(roots("windows", {}), []);
});

Deno.test("looks on macOS into Application Support", () => {
  assert.deepEqual(roots("darwin", {}, "/Users/ann"), [
    "/Users/ann/Library/Application Support/obs-studio",
  ]);
});

Deno.test("looks nowhere without a home folder", () => {
  assert.deepEqual(roots("linux", {}), []);
  assert.deepEqual(roots("darwin", {}), []);
});
