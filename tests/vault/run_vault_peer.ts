import { fileURLToPath } from "node:url";
import { type PeerProcess, startProcess } from "../peers/process.ts";
import type { Answer, Orders } from "./vault_peer.ts";

/** Source of the program that works with a vault. */
const VAULT_PEER = fileURLToPath(new URL("vault_peer.ts", import.meta.url));

/** Starts a program that works with a vault; its orders lie in the vault's folder meanwhile. */
export function startVaultPeer(
  orders: Orders,
  { env = {} }: { env?: Record<string, string> } = {},
): PeerProcess {
  const path = `${orders.folder}/orders-${crypto.randomUUID()}.json`;
  Deno.writeTextFileSync(path, JSON.stringify(orders));
  return startProcess(Deno.execPath(), {
    args: ["run", "-A", "--no-lock", "--no-check", VAULT_PEER, path],
    env: { PATH: Deno.env.get("PATH") ?? "", HOME: Deno.env.get("HOME") ?? "", ...env },
  });
}

/** Runs such a program to its end. */
export async function runVaultPeer(
  orders: Orders,
  options: { env?: Record<string, string> } = {},
): Promise<Answer[]> {
  const peer = startVaultPeer(orders, options);
  const { code } = await peer.ended();
  if (code !== 0) throw new Error(`The vault's peer ended with ${code}:\n${peer.output()}`);
  return JSON.parse(peer.output().trim().split("\n").at(-1) ?? "");
}
