/** HTTP as bytes on a socket, for requests that no HTTP client would send. */

/** What came back. */
export interface RawAnswer {
  status: number;
  headers: Headers;
  body: string;
}

/** One header as it is put on the wire. */
export type RawHeader = [name: string, value: string];

/** A request line and headers as bytes; always asks the server to close afterwards. */
export function requestText(line: string, headers: RawHeader[], body = ""): string {
  const lines = headers.map(([name, value]) => `${name}: ${value}\r\n`).join("");
  return `${line}\r\n${lines}Connection: close\r\n\r\n${body}`;
}

/** Sends bytes and reads until the server closes; gives up after two seconds. */
export async function sendRaw(port: number, text: string): Promise<RawAnswer> {
  using connection = await Deno.connect({ hostname: "127.0.0.1", port });
  const timer = setTimeout(() => connection.close(), 2000);
  let received = "";
  try {
    // A server may answer and close before it has read everything.
    const sending = writeAll(connection, new TextEncoder().encode(text)).catch(() => {});
    const decoder = new TextDecoder();
    for await (const chunk of connection.readable) received += decoder.decode(chunk);
    await sending;
  } catch (error) {
    if (received === "") throw error;
  } finally {
    clearTimeout(timer);
  }
  return parseAnswer(received);
}

/** Writes all of `bytes`. */
export async function writeAll(connection: Deno.Conn, bytes: Uint8Array): Promise<void> {
  for (let sent = 0; sent < bytes.length;) sent += await connection.write(bytes.subarray(sent));
}

function parseAnswer(text: string): RawAnswer {
  const end = text.indexOf("\r\n\r\n");
  const [statusLine = "", ...lines] = text.slice(0, end).split("\r\n");
  const headers = new Headers();
  for (const line of lines) {
    const colon = line.indexOf(":");
    headers.append(line.slice(0, colon), line.slice(colon + 1).trim());
  }
  return { status: Number(statusLine.split(" ")[1]), headers, body: text.slice(end + 4) };
}
