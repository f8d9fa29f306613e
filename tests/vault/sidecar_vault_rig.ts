/** What the tests of the built sidecar with secrets share. */
import assert from "node:assert/strict";
import { sidecarArguments } from "../peers/sidecar.ts";
import { PASSWORD } from "./vault_rig.ts";

const ROOT = decodeURIComponent(new URL("../../", import.meta.url).pathname);

/** Where and how `deno task vault` is called. */
export interface VaultCallOptions {
  home: string;
  env?: Record<string, string>;
}

/** `deno task vault set`, with the password on standard input. */
export async function setPassword(
  dataDir: string,
  password: string,
  { flags = [], ...options }: VaultCallOptions & { flags?: string[] },
): Promise<void> {
  const printed = await callVault(["set", PASSWORD, ...flags, "--data-dir", dataDir], {
    ...options,
    input: `${password}\n`,
  });
  assert.match(printed, /obs\.websocket\.password is stored, for localhost alone\./);
  assert.ok(!printed.includes(password));
}

/**
 * Runs `deno task vault` to its end, which must be a good one.
 * @param options.meanwhile runs when the input was written, before it ends
 * @returns all that was printed
 */
export async function callVault(
  words: readonly string[],
  { home, env = {}, input = "", meanwhile = async () => {} }: VaultCallOptions & {
    input?: string;
    meanwhile?: () => Promise<void>;
  },
): Promise<string> {
  const child = new Deno.Command(Deno.execPath(), {
    args: [...sidecarArguments().slice(0, -1), "vault", ...words],
    cwd: ROOT,
    clearEnv: true,
    env: { HOME: home, PATH: Deno.env.get("PATH") ?? "", NO_COLOR: "1", ...env },
    stdin: "piped",
    stdout: "piped",
    stderr: "piped",
  }).spawn();
  const output = child.output();
  const writer = child.stdin.getWriter();
  try {
    // A command that reads nothing may have ended already.
    await writer.write(new TextEncoder().encode(input)).catch(() => {});
    await meanwhile();
  } finally {
    await writer.close().catch(() => {});
  }
  const { code, stdout, stderr } = await output;
  const printed = new TextDecoder().decode(stdout) + new TextDecoder().decode(stderr);
  assert.equal(code, 0, printed);
  return printed;
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
