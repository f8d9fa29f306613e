/** config.toml as it was read. */
export interface ConfigText {
  /** With a byte order mark if the file has one. */
  text: string;
  /** Names the file's contents: two files with the same version are the same, byte for byte. */
  version: string;
}

/**
 * Reads config.toml.
 * @throws Deno.errors.NotFound if there is none; another error if it cannot be read or is no UTF-8
 */
export async function readConfigText(path: string): Promise<ConfigText> {
  return decodeConfig(await Deno.readFile(path));
}

/** The text of a file's bytes. @throws if they are no UTF-8 */
export async function decodeConfig(bytes: Uint8Array<ArrayBuffer>): Promise<ConfigText> {
  let text: string;
  try {
    text = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch (cause) {
    throw new Error("it is not UTF-8 text. Save it as UTF-8", { cause });
  }
  return { text, version: await configVersion(bytes) };
}

/** The version of a file with these bytes. */
export async function configVersion(bytes: Uint8Array<ArrayBuffer>): Promise<string> {
  return new Uint8Array(await crypto.subtle.digest("SHA-256", bytes)).toHex();
}
