/** The macOS keychain, through Security.framework. */
import { newBytes } from "../bytes/secret_bytes.ts";
import { withDeadline } from "../time/deadline.ts";
import { type Keyring, KEYRING_DEADLINE_MS, keyringLocked } from "../vault/keyring.ts";
import { LIBSYSTEM_PATH } from "./libsystem.ts";

/** macOS has had it here in every version. */
const SECURITY_PATH = "/System/Library/Frameworks/Security.framework/Security";

/**
 * Pointers that come back are taken as numbers, since pointers cannot be made under scoped FFI
 * grants. A keychain of null is the user's own ones. Source: Apple, SecKeychainItem.h and
 * SecKeychain.h.
 */
const SECURITY_SYMBOLS = {
  SecKeychainAddGenericPassword: {
    // SecKeychainRef, u32 length and service, u32 length and account, u32 length and password,
    // SecKeychainItemRef *item
    parameters: ["usize", "u32", "buffer", "u32", "buffer", "u32", "buffer", "usize"],
    result: "i32",
    nonblocking: true,
  },
  SecKeychainFindGenericPassword: {
    // CFTypeRef keychains, u32 length and service, u32 length and account, u32 *length,
    // void **password, SecKeychainItemRef *item
    parameters: ["usize", "u32", "buffer", "u32", "buffer", "buffer", "buffer", "usize"],
    result: "i32",
    nonblocking: true,
  },
  SecKeychainItemFreeContent: {
    parameters: ["usize", "usize"], // SecKeychainAttributeList *, void *password
    result: "i32",
  },
  SecKeychainSetUserInteractionAllowed: {
    parameters: ["u8"], // Boolean
    result: "i32",
  },
} as const satisfies Deno.ForeignLibraryInterface;

const LIBSYSTEM_SYMBOLS = {
  memcpy: { parameters: ["buffer", "usize", "usize"], result: "usize" }, // to, from, length
  memset: { parameters: ["usize", "i32", "usize"], result: "usize" }, // at, byte, length
} as const satisfies Deno.ForeignLibraryInterface;

/** The functions that are used; injected for tests. */
export type KeychainCalls =
  & Deno.DynamicLibrary<typeof SECURITY_SYMBOLS>["symbols"]
  & Deno.DynamicLibrary<typeof LIBSYSTEM_SYMBOLS>["symbols"];

/** What the item is called in the Keychain Access program. */
const SERVICE = "OBS Telemetry Bridge";

/** `OSStatus` values (Apple, SecBase.h). */
const STATUS = {
  success: 0,
  userCanceled: -128,
  notAvailable: -25291,
  authFailed: -25293,
  itemNotFound: -25300,
  noDefaultKeychain: -25307,
  interactionNotAllowed: -25308,
} as const;

/** Loads the keychain's functions. @throws if they may not be loaded, as off macOS */
export function loadKeychain(): KeychainCalls {
  return {
    ...Deno.dlopen(SECURITY_PATH, SECURITY_SYMBOLS).symbols,
    ...Deno.dlopen(LIBSYSTEM_PATH, LIBSYSTEM_SYMBOLS).symbols,
  };
}

/**
 * The user's keychain.
 * @param options.mayAsk whether macOS may ask the user to unlock it
 * @param options.timeoutMs how long each call may take
 */
export function openKeychain(
  c: KeychainCalls,
  { mayAsk, timeoutMs = KEYRING_DEADLINE_MS }: { mayAsk: boolean; timeoutMs?: number },
): Keyring {
  /** Buffers that a call outside of JavaScript still uses, kept from the garbage collector. */
  const held = new Set<unknown>();
  const service = bytesOf(SERVICE);
  c.SecKeychainSetUserInteractionAllowed(mayAsk ? 1 : 0);

  async function call(buffers: Uint8Array[], start: () => Promise<number>): Promise<number> {
    held.add(buffers);
    const status = start().finally(() => held.delete(buffers));
    try {
      return await withDeadline(status, { ms: timeoutMs, what: "the keychain" });
    } catch (cause) {
      throw keyringLocked(`the keychain gave no answer within ${timeoutMs / 1000} s`, { cause });
    }
  }

  return {
    available: () => Promise.resolve(true),
    async store(name, secret) {
      const account = bytesOf(name);
      const password = newBytes(secret.length);
      password.set(secret);
      const status = await call([service, account, password], () =>
        c.SecKeychainAddGenericPassword(
          0n,
          service.length,
          service,
          account.length,
          account,
          password.length,
          password,
          0n,
        ).finally(() => password.fill(0)));
      if (status !== STATUS.success) throw keyringLocked(describeStatus(status));
    },
    async find(name) {
      const account = bytesOf(name);
      const [length, address] = [newBytes(4), newBytes(8)];
      const status = await call(
        [service, account, length, address],
        () =>
          c.SecKeychainFindGenericPassword(
            0n,
            service.length,
            service,
            account.length,
            account,
            length,
            address,
            0n,
          ),
      );
      if (status === STATUS.itemNotFound) return null;
      if (status !== STATUS.success) throw keyringLocked(describeStatus(status));
      const from = new DataView(address.buffer).getBigUint64(0, true);
      const secret = newBytes(new DataView(length.buffer).getUint32(0, true));
      const bytes = BigInt(secret.length);
      c.memcpy(secret, from, bytes);
      c.memset(from, 0, bytes);
      c.SecKeychainItemFreeContent(0n, from);
      return secret;
    },
  };
}

/** What a status means to the user. */
export function describeStatus(status: number): string {
  switch (status) {
    case STATUS.userCanceled:
      return "the keychain was not unlocked";
    case STATUS.authFailed:
      return "the keychain refused the password";
    case STATUS.interactionNotAllowed:
      return "the keychain is locked";
    case STATUS.notAvailable:
    case STATUS.noDefaultKeychain:
      return `there is no keychain (OSStatus ${status})`;
    default:
      return `the keychain refuses (OSStatus ${status})`;
  }
}

function bytesOf(text: string): Uint8Array<ArrayBuffer> {
  const encoded = new TextEncoder().encode(text);
  const bytes = newBytes(encoded.length);
  bytes.set(encoded);
  return bytes;
}
