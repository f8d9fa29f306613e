import { loadKeychain, openKeychain } from "../darwin/keychain.ts";
import { openLibsecret } from "../linux/libsecret.ts";
import { createKeyringStore } from "./keyring.ts";
import type { KeyStore } from "./key_store.ts";

/** How an operating system's keyring is used. */
export interface SystemKeyringOptions {
  os: typeof Deno.build.os;
  /** Whether the desktop may ask the user to unlock it. */
  mayAsk: boolean;
  /** How long each call may take. */
  timeoutMs?: number;
}

/** The operating system's keyring, in this process; null where it has none. */
export function openSystemKeyring({ os, ...options }: SystemKeyringOptions): KeyStore | null {
  switch (os) {
    case "linux":
      return createKeyringStore({ open: once(() => openLibsecret(options)) });
    case "darwin":
      return createKeyringStore({ open: once(() => openKeychain(loadKeychain(), options)) });
    default:
      return null;
  }
}

function once<T>(make: () => T): () => T {
  let made: { value: T } | null = null;
  return () => (made ??= { value: make() }).value;
}
