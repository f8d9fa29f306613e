import { authenticationString } from "../../sidecar/demo/authentication.ts";
import { isJsonObject, type JsonObject, SUBPROTOCOL } from "../../sidecar/demo/protocol.ts";
import { withDeadline } from "../../sidecar/time/deadline.ts";

/** A client that sends what it is given, for what a real client never sends. */
export interface BareSocket {
  readonly socket: WebSocket;
  /** The next message of the server. */
  next(): Promise<JsonObject>;
  /** Sends text as it is, anything else as JSON. */
  send(message: unknown): void;
  /** Code with which the connection was closed. */
  closed(): Promise<number>;
}

const DEADLINE_MS = 5000;

/** Connects to an obs-websocket server. */
export async function openBareSocket(url: string): Promise<BareSocket> {
  const socket = new WebSocket(url, SUBPROTOCOL);
  const messages: JsonObject[] = [];
  const waiting: ((message: JsonObject) => void)[] = [];
  socket.onmessage = ({ data }) => {
    const message: JsonObject = JSON.parse(data);
    const waiter = waiting.shift();
    if (waiter) waiter(message);
    else messages.push(message);
  };
  const closed = new Promise<number>((resolve) => socket.onclose = ({ code }) => resolve(code));
  const opened = new Promise<void>((resolve) => socket.onopen = () => resolve());
  await withDeadline(opened, { ms: DEADLINE_MS, what: "the handshake" });
  return {
    socket,
    next() {
      const message = messages.shift();
      const arrival = message
        ? Promise.resolve(message)
        : new Promise<JsonObject>((resolve) => waiting.push(resolve));
      return withDeadline(arrival, { ms: DEADLINE_MS, what: "the server" });
    },
    send: (message) => socket.send(typeof message === "string" ? message : JSON.stringify(message)),
    closed: () => withDeadline(closed, { ms: DEADLINE_MS, what: "the server's close" }),
  };
}

/** Adds what the server of that Hello wants to know for the password. */
export async function authenticated(
  identify: JsonObject,
  { hello, password }: { hello: JsonObject; password: string },
): Promise<JsonObject> {
  const { authentication } = isJsonObject(hello.d) ? hello.d : {};
  const { salt, challenge } = isJsonObject(authentication) ? authentication : {};
  if (typeof salt !== "string" || typeof challenge !== "string") return identify;
  return { ...identify, authentication: await authenticationString(password, { salt, challenge }) };
}
