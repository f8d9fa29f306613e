/** The Secret Service of a Linux desktop (GNOME's keyring, KDE's wallet), through libsecret. */
import { fromHexBytes, newBytes, toHexBytes, wipe } from "../bytes/secret_bytes.ts";
import { withDeadline } from "../time/deadline.ts";
import { type Keyring, KEYRING_DEADLINE_MS, keyringLocked } from "../vault/keyring.ts";
import { type LibsecretSymbols, SYMBOLS } from "./libsecret_symbols.ts";

/** Its name in every distribution since 2012. */
const LIBRARY = "libsecret-1.so.0";

/** What marks the items as ours, to be seen in the desktop's password manager. */
const SCHEMA_NAME = "io.github.obs-telemetry-bridge.VaultKey";
const LABEL = "OBS Telemetry Bridge: key of the vault";
const ATTRIBUTE = "vault";
/** The keyring that opens with the user's login (libsecret, SECRET_COLLECTION_DEFAULT). */
const COLLECTION = "default";

/** `SecretServiceFlags` (secret-service.h). */
const OPEN_SESSION = 1 << 1;
/** `SecretSearchFlags` (secret-types.h): unlock, and load the secrets of what is unlocked. */
const SEARCH = { unlock: 1 << 2, load: 1 << 3 } as const;
/** `SECRET_SCHEMA_NONE` and `SECRET_SCHEMA_ATTRIBUTE_STRING` (secret-schema.h). */
const SCHEMA_FLAGS = 0;
const STRING_ATTRIBUTE = 0n;

/** `GError` (glib/gerror.h): u32 domain 0, i32 code 4, char *message 8. */
const GERROR = { size: 16, message: 8 } as const;
/** Longest message of a GError that is kept. */
const MESSAGE_BYTES = 512;
/** After a call was told to stop, how long it may take to do so. */
const STOP_MS = 1000;

/** The service refused, with what it says itself. */
class SecretServiceError extends Error {
  override name = "SecretServiceError";
}

/** How the Secret Service is used. */
export interface LibsecretOptions {
  /** Whether the desktop may ask the user to unlock the keyring. */
  mayAsk: boolean;
  /** How long each call may take. */
  timeoutMs?: number;
}

/**
 * Opens libsecret; null where it is not installed. It stays loaded until the program ends: GLib's
 * types and threads cannot be unloaded. It takes some 11 MB, so that programs that run for long
 * ask it through another (`KeyringCommand`).
 */
export function openLibsecret(
  { mayAsk, timeoutMs = KEYRING_DEADLINE_MS }: LibsecretOptions,
): Keyring | null {
  const library = load();
  return library === null ? null : secretService(library.symbols, { mayAsk, timeoutMs });
}

function load(): Deno.DynamicLibrary<typeof SYMBOLS> | null {
  try {
    return Deno.dlopen(LIBRARY, SYMBOLS);
  } catch {
    return null;
  }
}

function secretService(
  c: LibsecretSymbols,
  { mayAsk, timeoutMs }: Required<LibsecretOptions>,
): Keyring {
  /** Buffers that a call outside of JavaScript still uses, kept from the garbage collector. */
  const held = new Set<unknown>();

  /** Makes a call that can be stopped, and frees what `free` frees when it has really ended. */
  async function call<T extends number | bigint>(
    start: (cancellable: bigint, error: Uint8Array<ArrayBuffer>) => Promise<T>,
    free: () => void = () => {},
  ): Promise<T> {
    const cancellable = c.g_cancellable_new();
    const error = newBytes(8);
    held.add(error);
    let stopped = false;
    const timer = setTimeout(() => {
      stopped = true;
      c.g_cancellable_cancel(cancellable);
    }, timeoutMs);
    const run = async () => {
      try {
        return await start(cancellable, error);
      } finally {
        clearTimeout(timer);
        held.delete(error);
        c.g_object_unref(cancellable);
        free();
      }
    };
    const answer = { ms: timeoutMs + STOP_MS, what: "the keyring" };
    const result = await withDeadline(run(), answer).catch((cause) => {
      throw keyringLocked("the keyring gives no answer", { cause });
    });
    const message = takeMessage(c, error);
    if (stopped && message !== null) {
      throw keyringLocked(`the keyring gave no answer within ${timeoutMs / 1000} s`);
    }
    if (message !== null) throw new SecretServiceError(message);
    return result;
  }

  /** Calls with our schema and the attributes of one item. */
  function callWithItem<T extends number | bigint>(
    name: string,
    start: (
      item: { schema: bigint; attributes: bigint },
      cancellable: bigint,
      error: Uint8Array<ArrayBuffer>,
    ) => Promise<T>,
  ): Promise<T> {
    const schema = newSchema(c);
    const attributes = c.g_hash_table_new_full(c.g_str_hash, c.g_str_equal, c.gFree, c.gFree);
    c.g_hash_table_insert(attributes, nativeText(c, ATTRIBUTE), nativeText(c, name));
    return call((cancellable, error) => start({ schema, attributes }, cancellable, error), () => {
      c.g_hash_table_unref(attributes);
      c.secret_schema_unref(schema);
    });
  }

  return {
    async available() {
      try {
        c.g_object_unref(
          await call((stop, error) => c.secret_service_get_sync(OPEN_SESSION, stop, error)),
        );
        return true;
      } catch (error) {
        // No session bus, or nobody on it who keeps secrets.
        if (error instanceof SecretServiceError) return false;
        throw error;
      }
    },
    async store(name, secret) {
      const password = nativeHex(c, secret);
      const [collection, label] = [cString(COLLECTION), cString(LABEL)];
      const texts = [collection, label];
      held.add(texts);
      try {
        await callWithItem(
          name,
          ({ schema, attributes }, stop, error) =>
            c.secret_password_storev_sync(
              schema,
              attributes,
              collection,
              label,
              password,
              stop,
              error,
            )
              .finally(() => {
                c.secret_password_free(password);
                held.delete(texts);
              }),
        );
      } catch (cause) {
        throw asLocked(cause);
      }
    },
    async find(name) {
      const flags = SEARCH.load | (mayAsk ? SEARCH.unlock : 0);
      let items: bigint;
      try {
        items = await callWithItem(
          name,
          ({ schema, attributes }, stop, error) =>
            c.secret_service_search_sync(0n, schema, attributes, flags, stop, error),
        );
      } catch (cause) {
        throw asLocked(cause);
      }
      // A GList is null when empty; else its first word is the first item (glib/glist.h).
      if (items === 0n) return null;
      try {
        return secretOf(c, readWord(c, items));
      } finally {
        c.g_list_free_full(items, c.gObjectUnref);
      }
    },
  };
}

function asLocked(cause: unknown): unknown {
  return cause instanceof SecretServiceError
    ? keyringLocked(`the keyring does not open (${cause.message})`, { cause })
    : cause;
}

/** The bytes in a `SecretItem`. @throws VaultError if it is locked */
function secretOf(c: LibsecretSymbols, item: bigint): Uint8Array<ArrayBuffer> | null {
  const value = c.secret_item_get_secret(item);
  if (value === 0n) throw keyringLocked("the keyring is locked");
  const digits = newBytes(Number(readLength(c, value)));
  try {
    c.memcpy(digits, c.secret_value_get(value, null), BigInt(digits.length));
    return fromHexBytes(digits);
  } finally {
    wipe(digits);
    c.secret_value_unref(value);
  }
}

function readLength(c: LibsecretSymbols, value: bigint): bigint {
  const length = new BigUint64Array(1);
  c.secret_value_get(value, length);
  return length[0] ?? 0n;
}

function newSchema(c: LibsecretSymbols): bigint {
  const types = c.g_hash_table_new_full(c.g_str_hash, c.g_str_equal, c.gFree, null);
  c.g_hash_table_insert(types, nativeText(c, ATTRIBUTE), STRING_ATTRIBUTE);
  const schema = c.secret_schema_newv(cString(SCHEMA_NAME), SCHEMA_FLAGS, types);
  c.g_hash_table_unref(types);
  return schema;
}

/** The message of the GError that a call left, which is freed; null if it left none. */
function takeMessage(c: LibsecretSymbols, error: Uint8Array): string | null {
  const address = new DataView(error.buffer).getBigUint64(0, true);
  if (address === 0n) return null;
  const fields = newBytes(GERROR.size);
  c.memcpy(fields, address, BigInt(GERROR.size));
  const text = newBytes(MESSAGE_BYTES);
  const message = new DataView(fields.buffer).getBigUint64(GERROR.message, true);
  c.g_strlcpy(text, message, BigInt(MESSAGE_BYTES));
  c.g_error_free(address);
  return new TextDecoder().decode(text.subarray(0, text.indexOf(0)));
}

function readWord(c: LibsecretSymbols, address: bigint): bigint {
  const word = new BigUint64Array(1);
  c.memcpy(word, address, 8n);
  return word[0] ?? 0n;
}

/** Text in memory of GLib's, which frees it. */
function nativeText(c: LibsecretSymbols, text: string): bigint {
  return c.g_strdup(cString(text));
}

/** The bytes in hexadecimal as native text, to be freed with `secret_password_free`. */
function nativeHex(c: LibsecretSymbols, bytes: Uint8Array): bigint {
  const hex = toHexBytes(bytes);
  const digits = newBytes(hex.length + 1);
  digits.set(hex);
  const native = c.g_strdup(digits);
  wipe(hex, digits);
  return native;
}

function cString(text: string): Uint8Array<ArrayBuffer> {
  return new TextEncoder().encode(`${text}\0`);
}
