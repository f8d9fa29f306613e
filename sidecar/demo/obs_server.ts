import type { Clock } from "../time/clock.ts";
import { authenticationString, randomToken } from "./authentication.ts";
import { createNotifier } from "./notifier.ts";
import { isJsonObject, type JsonObject, OP, RPC_VERSION, STATUS, SUBPROTOCOL } from "./protocol.ts";
import { RequestLog } from "./request_log.ts";
import type { RequestResult } from "./requests.ts";
import { type Batch, Session, type SessionHost } from "./session.ts";

/** A client told who it is. */
export interface Identification {
  /** Number of the connection, from 1. */
  connection: number;
  /** False where the password was wrong or missing. */
  accepted: boolean;
  /** The events it wants, as bits; meaningless where it was not accepted. */
  eventSubscriptions: number;
}

/** What the server needs from the OBS it speaks for. */
export interface ObsServerOptions {
  clock: Clock;
  /** Password for a new connection; null for none. */
  password(): string | null;
  /** Versions as the Hello gives them. */
  versions(): { obsStudioVersion: string; obsWebSocketVersion: string };
  /** Answers one request. */
  answer(session: Session, request: { type: string; data: unknown }): RequestResult;
  /** Called when a client went, or told which events it wants. */
  onSubscriptions(): void;
  /** Called before each single request or batch is answered. */
  beforeAnswer(): void;
}

/** Speaks obs-websocket with any number of clients. */
export interface ObsServer {
  readonly port: number;
  readonly requests: RequestLog;
  readonly sessions: ReadonlySet<Session>;
  readonly identifications: number;
  readonly authenticationFailures: number;
  nextIdentify(): Promise<Identification>;
  nextDisconnect(): Promise<number>;
  /** New clients get no Hello until `greetAgain`. */
  stopGreeting(): void;
  greetAgain(): void;
  close(): Promise<void>;
}

/** Starts it on a free port of 127.0.0.1. */
export function createObsServer(options: ObsServerOptions): ObsServer {
  const { clock } = options;
  const salt = randomToken();
  const requests = new RequestLog();
  const sessions = new Set<Session>();
  const identified = createNotifier<Identification>();
  const disconnected = createNotifier<number>();
  const counts = { sessions: 0, identifications: 0, authenticationFailures: 0 };
  /** Greetings held back; null while everyone is greeted. */
  let heldGreetings: (() => void)[] | null = null;

  function log(session: Session, request: JsonObject, batch: number | null): void {
    requests.addRequest({
      type: requestType(request),
      data: isJsonObject(request.requestData) ? request.requestData : null,
      connection: session.id,
      batch,
      atMs: clock.monotonic(),
    });
  }

  function answerBatch(session: Session, { requests: items, ...how }: Batch): RequestResult[] {
    const types = items.map(requestType);
    const batch = requests.addBatch({
      types,
      ...how,
      connection: session.id,
      atMs: clock.monotonic(),
    });
    for (const item of items) log(session, item, batch);
    options.beforeAnswer();
    const results: RequestResult[] = [];
    for (const item of items) {
      const request = { type: requestType(item), data: item.requestData };
      const result = options.answer(session, request);
      results.push(result);
      if (how.haltOnFailure && result.code !== STATUS.success) break;
    }
    return results;
  }

  function host(expectedAuthentication: string | null): SessionHost {
    return {
      expectedAuthentication,
      identified(session, accepted) {
        counts.identifications++;
        if (!accepted) counts.authenticationFailures++;
        const { id: connection, subscriptions: eventSubscriptions } = session;
        identified.notify({ connection, accepted, eventSubscriptions });
      },
      subscribed: () => options.onSubscriptions(),
      request(session, request) {
        log(session, { requestType: request.type, requestData: request.data }, null);
        options.beforeAnswer();
        return options.answer(session, request);
      },
      batch: answerBatch,
    };
  }

  async function upgrade(request: Request): Promise<Response> {
    if (request.headers.get("upgrade")?.toLowerCase() !== "websocket") {
      return new Response("This is obs-websocket: connect with a WebSocket", { status: 426 });
    }
    const password = options.password();
    const challenge = randomToken();
    const authentication = password === null ? {} : { authentication: { challenge, salt } };
    const expected = password === null
      ? null
      : await authenticationString(password, { salt, challenge });
    const { socket, response } = Deno.upgradeWebSocket(request, {
      protocol: SUBPROTOCOL,
      idleTimeout: 0,
    });
    const session = new Session(socket, { id: ++counts.sessions, host: host(expected) });
    const hello = () =>
      session.send(OP.hello, {
        ...options.versions(),
        rpcVersion: RPC_VERSION,
        ...authentication,
      });
    socket.onopen = () => {
      sessions.add(session);
      if (heldGreetings) heldGreetings.push(hello);
      else hello();
    };
    socket.onmessage = ({ data }) => session.receive(data);
    socket.onclose = () => {
      sessions.delete(session);
      disconnected.notify(session.id);
      options.onSubscriptions();
    };
    return response;
  }

  const server = Deno.serve({ hostname: "127.0.0.1", port: 0, onListen() {} }, upgrade);
  return {
    port: server.addr.port,
    requests,
    sessions,
    get identifications() {
      return counts.identifications;
    },
    get authenticationFailures() {
      return counts.authenticationFailures;
    },
    nextIdentify: () => identified.next(),
    nextDisconnect: () => disconnected.next(),
    stopGreeting() {
      heldGreetings ??= [];
    },
    greetAgain() {
      const held = heldGreetings ?? [];
      heldGreetings = null;
      for (const hello of held) hello();
    },
    close: () => server.shutdown(),
  };
}

function requestType(request: JsonObject): string {
  return typeof request.requestType === "string" ? request.requestType : "";
}
