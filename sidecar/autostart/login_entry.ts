/** Where a system keeps what it starts at login. */
import { dirname } from "node:path";
import { cannotRun, CannotRunError } from "../cannot_run_error.ts";
import type { Environment } from "../environment.ts";
import { replaceFile } from "../files/replace_file.ts";
import { openRegistryText, type RegistryText } from "../win32/registry.ts";

/** Microsoft, "Run and RunOnce Registry Keys". */
const RUN_KEY = "Software\\Microsoft\\Windows\\CurrentVersion\\Run";
/** The installer writes the same one. */
const RUN_NAME = "OBSTelemetryBridge";

/** The sidecar's own entry. */
export interface LoginEntry {
  /** What a person reads. */
  readonly place: string;
  /** Null if there is none. */
  read(): Promise<string | null>;
  write(text: string): Promise<void>;
  /** Nothing happens if there is none. */
  remove(): Promise<void>;
}

/**
 * The entry of this user.
 * @throws CannotRunError if its place is not known
 */
export function loginEntry({ os, env, home }: Environment): LoginEntry {
  if (os === "windows") return registryEntry(env("SystemRoot"));
  if (home === null) {
    throw new CannotRunError(
      "Cannot tell where this system keeps what it starts at login: the user's home folder is " +
        "unknown. Set HOME.",
    );
  }
  if (os === "darwin") {
    return fileEntry(`${home}/Library/LaunchAgents/obs-telemetry-bridge.plist`);
  }
  const config = env("XDG_CONFIG_HOME") || `${home}/.config`;
  return fileEntry(`${config}/autostart/obs-telemetry-bridge.desktop`);
}

function fileEntry(path: string): LoginEntry {
  const refused = (cause: unknown) =>
    cannotRun(`Cannot use ${path}`, { cause, remedy: "Mend the permissions of its folder." });
  return {
    place: path,
    async read() {
      try {
        return await Deno.readTextFile(path);
      } catch (error) {
        if (error instanceof Deno.errors.NotFound) return null;
        throw refused(error);
      }
    },
    async write(text) {
      try {
        await Deno.mkdir(dirname(path), { recursive: true });
        await replaceFile(path, new TextEncoder().encode(text), { keepsIdentity: true });
      } catch (error) {
        throw refused(error);
      }
    },
    async remove() {
      try {
        await Deno.remove(path);
      } catch (error) {
        if (!(error instanceof Deno.errors.NotFound)) throw refused(error);
      }
    },
  };
}

function registryEntry(systemRoot: string | undefined): LoginEntry {
  function use<T>(work: (value: RegistryText) => T): T {
    const value = openRegistryText({ key: RUN_KEY, name: RUN_NAME, systemRoot });
    try {
      return work(value);
    } catch (cause) {
      throw cannotRun("Cannot change what Windows starts at login", {
        cause,
        remedy: "Ask whoever administers this PC.",
      });
    } finally {
      value.close();
    }
  }
  return {
    place: `HKEY_CURRENT_USER\\${RUN_KEY}, ${RUN_NAME}`,
    read: () => Promise.try(() => use((value) => value.read())),
    write: (text) => Promise.try(() => use((value) => value.write(text))),
    remove: () => Promise.try(() => use((value) => value.remove())),
  };
}
