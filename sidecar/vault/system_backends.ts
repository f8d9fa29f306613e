import { type Crypt32, openCrypt32 } from "../win32/crypt32.ts";
import type { VaultBackend } from "./backend.ts";
import { createDpapiBackend } from "./dpapi_backend.ts";
import { createKeyBackend } from "./key_backend.ts";
import { createKeyFile, keyFileCaution } from "./key_file.ts";
import type { KeyStore } from "./key_store.ts";

/** What an operating system's back ends are made from. */
export interface SystemBackendsOptions {
  os: typeof Deno.build.os;
  /** `%SystemRoot%` on Windows. */
  systemRoot?: string | undefined;
  /** The keyring; null where there is none. */
  keyring: KeyStore | null;
  /** Path of the key file. */
  keyFile: string;
}

/** The back ends of an operating system, best first. */
export function systemBackends(
  { os, systemRoot, keyring, keyFile }: SystemBackendsOptions,
): VaultBackend[] {
  if (os === "windows") return [createDpapiBackend({ crypt32: lazyCrypt32(systemRoot) })];
  const id = os === "darwin" ? "keychain" : "secret-service";
  return [
    ...(keyring === null ? [] : [createKeyBackend({ id, keys: keyring })]),
    keyFileBackend(keyFile),
  ];
}

/** The back end that keeps its key in a file. */
export function keyFileBackend(path: string): VaultBackend {
  return createKeyBackend({
    id: "key-file",
    keys: createKeyFile(path),
    caution: keyFileCaution(path),
  });
}

/** Loaded with the first call: most runs of most commands need no secret. */
function lazyCrypt32(systemRoot: string | undefined): Crypt32 {
  let opened: Crypt32 | null = null;
  const library = () => opened ??= openCrypt32({ systemRoot });
  return {
    protect: async (plain, entropy) => await library().protect(plain, entropy),
    unprotect: async (sealed, entropy) => await library().unprotect(sealed, entropy),
    close: () => opened?.close(),
  };
}
