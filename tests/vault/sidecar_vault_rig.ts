/** What the tests of the built sidecar with secrets share. */
import assert from "node:assert/strict";
import { sidecarArguments } from "../peers/sidecar.ts";
import { PASSWORD } from "./vault_rig.ts";

const ROOT = decodeURIComponent(new URL("../../", import.meta.url).pathname);

/** `deno task vault set`, with the password on standard input. */
export async function setPassword(
  dataDir: string,
  password: string,
  { home, flags = [], env = {} }: { home: string; flags?: string[]; env?: Record<string, string> },
): Promise<void> {
  const child = new Deno.Command(Deno.execPath(), {
    args: [
      ...sidecarArguments().slice(0, -1),
      ...["vault", "set", PASSWORD, ...flags, "--data-dir", dataDir],
    ],
    cwd: ROOT,
    clearEnv: true,
    env: { HOME: home, PATH: Deno.env.get("PATH") ?? "", NO_COLOR: "1", ...env },
    stdin: "piped",
    stdout: "piped",
    stderr: "piped",
  }).spawn();
  const writer = child.stdin.getWriter();
  await writer.write(new TextEncoder().encode(`${password}\n`));
  await writer.close();
  const { code, stdout, stderr } = await child.output();
  const printed = new TextDecoder().decode(stdout) + new TextDecoder().decode(stderr);
  assert.equal(code, 0, printed);
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
