/**
 * Tests against real programs. Where a program is missing or cannot be fetched, the test is skipped
 * with the reason and how to get it; under `CI=true` it fails instead, so that nothing goes untested
 * unnoticed.
 */
import { exists } from "./exists.ts";
import { notDebian } from "./peers/not_debian.ts";
import { chosenDebian, newerObsImpossible } from "./peers/obs_installation.ts";
import { skipUnfetched } from "./skip_unfetched.ts";

/** A real program that a test needs. */
export interface Counterpart {
  /** What a person calls it. */
  name: string;
  /** Paths of which one must exist. */
  paths: string[];
  /** Command that installs it. */
  install: string;
  /** Whether its absence is accepted even in CI (a GPU). */
  optional?: boolean;
  /** Why no installation would help on this machine, accepted even in CI; null if one would. */
  impossible?: () => string | null;
}

/** A program of a Debian package. */
export const debian = (name: string, path: string, packages: string): Counterpart => ({
  name,
  paths: [path],
  install: `apt-get install --no-install-recommends ${packages}`,
});

/** Builds what a newer Debian's OBS is started from: see peers/obs_installation.ts. */
export const NEWER_OBS: Counterpart = {
  ...debian("debootstrap", "/usr/sbin/debootstrap", "debootstrap"),
  impossible: newerObsImpossible,
};
export const INSTALLED_OBS = debian("OBS Studio", "/usr/bin/obs", "obs-studio obs-plugins");
/** The installed one, or the one that `OBS_TELEMETRY_TEST_OBS` names. */
export const OBS = chosenDebian() === null ? INSTALLED_OBS : NEWER_OBS;
export const XVFB = debian("Xvfb", "/usr/bin/Xvfb", "xvfb");
export const NGINX_RTMP: Counterpart = {
  name: "nginx with its RTMP module",
  paths: ["/usr/lib/nginx/modules/ngx_rtmp_module.so"],
  install: "apt-get install --no-install-recommends nginx libnginx-mod-rtmp",
};
export const NGINX_STREAM: Counterpart = {
  name: "nginx with its stream module",
  paths: ["/usr/lib/nginx/modules/ngx_stream_module.so"],
  install: "apt-get install --no-install-recommends nginx libnginx-mod-stream",
};
/** Fetches programs of Debian 13: see peers/trixie_program.ts. */
export const APT: Counterpart = {
  ...debian("apt-get", "/usr/bin/apt-get", "apt"),
  impossible: notDebian,
};
export const OPENSSL = debian("openssl", "/usr/bin/openssl", "openssl");
export const FFMPEG = debian("ffmpeg", "/usr/bin/ffmpeg", "ffmpeg");
export const CHROMIUM = debian("Chromium", "/usr/bin/chromium", "chromium");
export const LUAJIT = debian("LuaJIT", "/usr/bin/luajit", "luajit");
export const WIXL = debian("wixl", "/usr/bin/wixl", "wixl");
export const MINGW = debian(
  "a C compiler for Windows",
  "/usr/bin/x86_64-w64-mingw32-gcc",
  "gcc-mingw-w64-x86-64-win32",
);
export const PYTHON = debian("Python", "/usr/bin/python3", "python3");
export const CC = debian("a C compiler", "/usr/bin/cc", "gcc libc6-dev");

/** Registers a test that needs real programs. */
export function counterpartTest(
  name: string,
  needs: Counterpart[],
  fn: (t: Deno.TestContext) => void | Promise<void>,
): void {
  const impossible = needs.map((need) => need.impossible?.() ?? null).find((why) => why !== null);
  if (impossible !== undefined) {
    Deno.test({ name: `${name} (skipped: ${impossible})`, ignore: true, fn });
    return;
  }
  const missing = needs.filter((need) => !need.paths.some(exists));
  if (missing.length === 0) {
    Deno.test(name, skipUnfetched(fn));
    return;
  }
  const reason = missing.map((need) => `${need.name} is missing: ${need.install}`).join("; ");
  const mayBeMissing = Deno.env.get("CI") !== "true" || missing.every((need) => need.optional);
  if (mayBeMissing) {
    Deno.test({ name: `${name} (skipped: ${reason})`, ignore: true, fn });
  } else {
    Deno.test(name, () => {
      throw new Error(`Cannot run this test in CI: ${reason}`);
    });
  }
}
