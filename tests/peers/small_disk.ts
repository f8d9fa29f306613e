/** A small disk of a test's own, which can be full or read-only: root heeds no permissions. */
import { mayMount } from "./may_mount.ts";
import { type PeerProcess, startProcess } from "./process.ts";

/** A disk that only programs started through it see. Disposing of it takes it away. */
export interface SmallDisk extends AsyncDisposable {
  /** Where those programs see it. */
  readonly path: string;
  /** Where the test sees it. */
  readonly seen: string;
  /** Starts a program that sees the disk. */
  start(command: string, options: { args: string[]; env: Record<string, string> }): PeerProcess;
  /** Takes all the space that is left. */
  fill(): Promise<void>;
  /** Gives that space back. */
  free(): Promise<void>;
  /** Lets nobody write any more; what is open for writing stays so. */
  makeReadOnly(): Promise<void>;
  makeWritable(): Promise<void>;
}

/** Registers a test that needs a disk; skipped where nothing may be mounted. */
export function diskTest(name: string, test: (disk: SmallDisk) => Promise<void>): void {
  if (Deno.build.os !== "linux" || !mayMount()) {
    Deno.test({ name: `${name} (skipped: nothing may be mounted here)`, ignore: true, fn() {} });
    return;
  }
  Deno.test(name, async () => {
    await using disk = await openSmallDisk();
    await test(disk);
  });
}

/** 4 MiB: a sidecar's files of some minutes, and little to fill. */
const OPTIONS = "size=4m";

async function openSmallDisk(): Promise<SmallDisk> {
  const path = await Deno.makeTempDir({ prefix: "disk-" });
  const script = `mount -t tmpfs -o ${OPTIONS} none "$1" && echo ready && exec sleep infinity`;
  const holder = startProcess("/usr/bin/unshare", {
    args: ["--mount", "--propagation", "private", "/bin/sh", "-c", script, "disk", path],
    env: { PATH: "/usr/sbin:/usr/bin:/sbin:/bin" },
  });
  await holder.waitForOutput(/ready/);
  const seen = `/proc/${holder.pid}/root${path}`;
  const inside = [`--mount=/proc/${holder.pid}/ns/mnt`, "--"];
  const run = async (...words: string[]) => {
    const command = new Deno.Command("/usr/bin/nsenter", { args: [...inside, ...words] });
    const { success, stderr } = await command.output();
    if (!success) throw new Error(`${words.join(" ")}: ${new TextDecoder().decode(stderr)}`);
  };
  return {
    path,
    seen,
    start: (command, { args, env }) =>
      startProcess("/usr/bin/nsenter", { args: [...inside, command, ...args], env }),
    async fill() {
      using file = await Deno.open(`${seen}/filler`, { write: true, create: true });
      for (const bytes of [1 << 16, 1]) await writeUntilFull(file, bytes);
    },
    free: () => Deno.remove(`${seen}/filler`),
    // A whole disk with files open for writing cannot be made read-only: another way to it can.
    makeReadOnly: async () => {
      await run("/bin/mount", "--bind", path, path);
      await run("/bin/mount", "-o", "remount,bind,ro", path);
    },
    makeWritable: () => run("/bin/umount", path),
    async [Symbol.asyncDispose]() {
      await holder.stop({ signal: "SIGKILL" });
      await Deno.remove(path, { recursive: true });
    },
  };
}

async function writeUntilFull(file: Deno.FsFile, bytes: number): Promise<void> {
  const zeros = new Uint8Array(bytes);
  try {
    for (;;) await file.write(zeros);
  } catch (error) {
    if (!String(error).includes("os error 28")) throw error;
  }
}
