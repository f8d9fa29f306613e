/** GNOME's keyring on a session bus of its own, with a home of its own. */
import type { Counterpart } from "../counterparts.ts";
import { type PeerProcess, startProcess } from "./process.ts";
import { until } from "./until.ts";

const debian = (name: string, path: string, packages: string): Counterpart => ({
  name,
  paths: [path],
  install: `apt-get install --no-install-recommends ${packages}`,
});

/** What a keyring needs. */
export const KEYRING: readonly Counterpart[] = [
  debian("GNOME's keyring", "/usr/bin/gnome-keyring-daemon", "gnome-keyring"),
  debian("secret-tool", "/usr/bin/secret-tool", "libsecret-tools"),
  debian("D-Bus", "/usr/bin/dbus-daemon", "dbus"),
];

/** A running keyring that is unlocked. Disposing of it stops it and deletes what it kept. */
export interface KeyringPeer extends AsyncDisposable {
  /** Variables that let a program find it. */
  readonly env: Record<string, string>;
  readonly process: PeerProcess;
  /** Locks the keyring, as the desktop does when the user asks for it. */
  lock(): Promise<void>;
  /** What `secret-tool search` tells of the items with an attribute. */
  search(attribute: string, value: string): Promise<string>;
}

/** A session bus that nobody serves, as on a machine without a desktop. */
export interface BusPeer extends AsyncDisposable {
  readonly env: Record<string, string>;
}

/** Starts a session bus without services. */
export async function startBus(): Promise<BusPeer> {
  const folder = await Deno.makeTempDir({ prefix: "bus-" });
  // A configuration of its own, so that nothing is started when somebody asks for it.
  await Deno.writeTextFile(
    `${folder}/bus.conf`,
    `<busconfig><type>session</type><listen>unix:path=${folder}/bus</listen>` +
      `<policy context="default"><allow send_destination="*" eavesdrop="true"/>` +
      `<allow eavesdrop="true"/><allow own="*"/></policy></busconfig>`,
  );
  const bus = startProcess("/usr/bin/dbus-daemon", {
    args: [`--config-file=${folder}/bus.conf`, "--nofork", "--print-address"],
    env: { HOME: folder, PATH: "/usr/bin:/bin" },
  });
  await bus.waitForOutput(/^unix:path=/m);
  return {
    env: {
      DBUS_SESSION_BUS_ADDRESS: `unix:path=${folder}/bus`,
      HOME: folder,
      XDG_RUNTIME_DIR: folder,
    },
    async [Symbol.asyncDispose]() {
      await bus.stop();
      await Deno.remove(folder, { recursive: true });
    },
  };
}

/** Starts a keyring and unlocks it. */
export async function startKeyring(): Promise<KeyringPeer> {
  const bus = await startBus();
  const env = { ...bus.env, PATH: "/usr/bin:/bin" };
  // The password of the new keyring comes from standard input, which is closed after it.
  const process = startProcess("/bin/bash", {
    args: [
      "-c",
      "exec gnome-keyring-daemon --foreground --unlock --components=secrets < <(printf test)",
    ],
    env,
  });
  const stop = async () => {
    await process.stop();
    await bus[Symbol.asyncDispose]();
  };
  const call = (path: string, args: string[]) => output(path, { args, env });
  try {
    await until(
      async () => (await call("/usr/bin/secret-tool", ["search", "no", "such"]), true as const),
      { what: "the keyring answers" },
    );
  } catch (error) {
    await stop();
    throw error;
  }
  return {
    env: bus.env,
    process,
    async lock() {
      const collection = "/org/freedesktop/secrets/collection/login";
      await call("/usr/bin/dbus-send", [
        "--session",
        "--print-reply",
        "--dest=org.freedesktop.secrets",
        "/org/freedesktop/secrets",
        "org.freedesktop.Secret.Service.Lock",
        `array:objpath:${collection}`,
      ]);
    },
    search: (attribute, value) => call("/usr/bin/secret-tool", ["search", attribute, value]),
    [Symbol.asyncDispose]: stop,
  };
}

/** Standard output and error of a program. @throws with both if it fails */
async function output(
  path: string,
  { args, env }: { args: string[]; env: Record<string, string> },
): Promise<string> {
  const { success, stdout, stderr } = await new Deno.Command(path, {
    args,
    env,
    clearEnv: true,
  }).output();
  const text = new TextDecoder().decode(stdout) + new TextDecoder().decode(stderr);
  if (!success) throw new Error(`${path} fails: ${text}`);
  return text;
}
