/** What the tests of the built sidecar with secrets share. */
import assert from "node:assert/strict";
import { sidecarArguments } from "../peers/sidecar.ts";
import { PASSWORD } from "./vault_rig.ts";

const ROOT = decodeURIComponent(new URL("../../", import.meta.url).pathname);

/** What a program of the vault's command line is given. */
interface CommandOptions {
  home: string;
  flags?: string[];
  env?: Record<string, string>;
}

/** Runs `deno task vault`, with `input` on standard input; returns what it printed. */
export async function runVaultCommand(
  words: string[],
  { dataDir, input = "", home, flags = [], env = {} }: CommandOptions & {
    dataDir: string;
    input?: string;
  },
): Promise<string> {
  const child = new Deno.Command(Deno.execPath(), {
    args: [...sidecarArguments().slice(0, -1), "vault", ...words, ...flags, "--data-dir", dataDir],
    cwd: ROOT,
    clearEnv: true,
    env: { HOME: home, PATH: Deno.env.get("PATH") ?? "", NO_COLOR: "1", ...env },
    stdin: "piped",
    stdout: "piped",
    stderr: "piped",
  }).spawn();
  const writer = child.stdin.getWriter();
  // A command that reads nothing may have ended already.
  await writer.write(new TextEncoder().encode(input)).catch(() => {});
  await writer.close().catch(() => {});
  const { code, stdout, stderr } = await child.output();
  const printed = new TextDecoder().decode(stdout) + new TextDecoder().decode(stderr);
  assert.equal(code, 0, printed);
  return printed;
}

/** `deno task vault set` of OBS's password. */
export async function setPassword(
  dataDir: string,
  password: string,
  options: CommandOptions,
): Promise<void> {
  const input = `${password}\n`;
  const printed = await runVaultCommand(["set", PASSWORD], { ...options, dataDir, input });
  assert.match(printed, /obs\.websocket\.password is stored, for localhost alone\./);
  assert.ok(!printed.includes(password));
}

/** Runs a test with a home folder of its own. */
export async function withHome(test: (home: string) => Promise<void>): Promise<void> {
  const home = await Deno.makeTempDir({ prefix: "vault-home-" });
  try {
    await test(home);
  } finally {
    await Deno.remove(home, { recursive: true });
  }
}

/** A peer that is closed when the test is done with it. */
export function disposable<T extends { close(): Promise<void> }>(peer: T): T & AsyncDisposable {
  return Object.assign(peer, { [Symbol.asyncDispose]: () => peer.close() });
}
