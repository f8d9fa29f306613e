import { type Clock, systemClock } from "../time/clock.ts";
import { createMeters } from "./meters.ts";
import { createObsServer, type Identification } from "./obs_server.ts";
import { createOutputControls, type OutputControls } from "./output_controls.ts";
import { CLOSE, isJsonObject, type JsonObject, STATUS } from "./protocol.ts";
import type { LoggedBatch, LoggedRequest, RequestLog } from "./request_log.ts";
import { answerRequest, type RequestResult } from "./requests.ts";
import type { Session } from "./session.ts";
import { createState, restartedState, type SimulatedState } from "./state.ts";
import { createTcpFront } from "./tcp_front.ts";

/** Settings of a simulated OBS. */
export interface SimulatedObsOptions {
  /** TCP port on 127.0.0.1; 0, the default, takes a free one. */
  port?: number;
  /** Password of obs-websocket; null, the default, asks for none. */
  password?: string | null;
  /** The state to begin with. */
  state?: SimulatedState;
  /** Whether it tells how loud its inputs are to clients that want it; else only what is emitted. */
  meters?: boolean;
  /** Stamps the request log. */
  clock?: Clock;
}

/** Another answer: a failing status, other data, or data made from the true data. */
export type Override = number | JsonObject | ((data: JsonObject | undefined) => unknown);

/** An OBS that does what it is told, and nothing by itself. */
export interface SimulatedObs extends OutputControls {
  readonly port: number;
  /** Address for a client: `ws://127.0.0.1:<port>`. */
  readonly url: string;
  /** What OBS answers from; write to it or replace it. */
  state: SimulatedState;
  /** Counts for connections to come; null asks for none. */
  password: string | null;
  /** While true, every request fails with 207 and no event goes out, as while OBS loads. */
  notReady: boolean;
  readonly requests: RequestLog;
  readonly connections: {
    /** TCP connections since the start. */
    readonly accepted: number;
    /** WebSocket connections now. */
    readonly open: number;
    /** Those of them that are identified. */
    readonly identified: number;
    /** Attempts to identify since the start, and how many of them had the wrong password or none. */
    readonly identifications: number;
    readonly authenticationFailures: number;
  };
  /** Resolves when the next client told its password, right or wrong. */
  nextIdentify(): Promise<Identification>;
  /** Resolves when the next request (of that type) has come in, before it is answered. */
  nextRequest(type?: string): Promise<LoggedRequest>;
  /** Resolves when the next batch has come in, before it is answered. */
  nextBatch(): Promise<LoggedBatch>;
  /** Resolves with the number of the next connection that ended. */
  nextDisconnect(): Promise<number>;
  /** Calls back before each single request or batch is answered; returns how to end that. */
  onBeforeAnswer(callback: () => void): () => void;
  /** Sends an event to every client that wants its kind. */
  emit(eventType: string, eventData?: JsonObject | null): void;
  /** Sends any text to every client. */
  sendRaw(text: string): void;
  /** Answers a type of request otherwise from now on. */
  override(requestType: string, override: Override): void;
  /** Answers truly again: one type or all. */
  restore(requestType?: string): void;
  /** Changes the program scene, adding it where there is none of that name. */
  setScene(name: string): void;
  /** OBS starts to change the profile; a client should not ask anything until it has changed. */
  beginProfileChange(): void;
  endProfileChange(name: string): void;
  /** OBS starts to change the scene collection; it is not ready until it has changed. */
  beginSceneCollectionChange(): void;
  endSceneCollectionChange(name: string): void;
  /**
   * Falls silent like a stopped process: connections are taken, nothing is answered, not even a
   * close. With `greet: false` only the Hello is missing, and existing clients are served.
   */
  hang(options?: { greet?: false }): void;
  /** Closes new connections at once; existing clients are served. */
  refuse(): void;
  /** Ends `hang` and `refuse`; what came meanwhile is answered. */
  resume(): void;
  /**
   * Breaks off like a killed process: no ExitStarted, no closing frame. Resolves when nothing
   * listens any more.
   */
  crash(): Promise<void>;
  /** Ends every connection with this WebSocket close code, and goes on as before. */
  endSessions(code: number): void;
  /** Exits cleanly: ExitStarted, every connection closed with 1001. Resolves as `crash`. */
  exit(): Promise<void>;
  /**
   * Comes back after `crash` or `exit` on the same port, with all counts at zero and nothing
   * running. @throws if another program took the port.
   */
  restart(): Promise<void>;
  /** Ends it for good. */
  close(): Promise<void>;
}

/**
 * Starts an OBS that exists only as obs-websocket, version 5, JSON encoding, on 127.0.0.1.
 * @throws if the port is taken.
 */
export async function startSimulatedObs(options: SimulatedObsOptions = {}): Promise<SimulatedObs> {
  const overrides = new Map<string, Override>();
  const listeners = new Set<() => void>();
  let state = options.state ?? createState();
  let password = options.password ?? null;
  let notReady = false;

  function answer(
    session: Session,
    { type, data }: { type: string; data: unknown },
  ): RequestResult {
    if (notReady) return { code: STATUS.notReady, comment: "OBS is not ready" };
    const override = overrides.get(type);
    if (typeof override === "number") return { code: override, comment: "As the script says" };
    if (typeof override === "object") return { code: STATUS.success, data: override };
    const truth = answerRequest(type, { data, context: { state, controls, session } });
    if (!override) return truth;
    const trueData = isJsonObject(truth.data) ? truth.data : undefined;
    return { code: STATUS.success, data: override(trueData) };
  }

  const server = createObsServer({
    clock: options.clock ?? systemClock,
    password: () => password,
    versions: () => ({
      obsStudioVersion: state.obsVersion,
      obsWebSocketVersion: state.obsWebSocketVersion,
    }),
    answer,
    onSubscriptions: () => meters?.look(),
    beforeAnswer: () => listeners.forEach((listener) => listener()),
  });

  function emit(eventType: string, eventData: JsonObject | null = null): void {
    if (notReady) return;
    for (const session of server.sessions) session.sendEvent(eventType, eventData);
  }

  const { sessions } = server;
  const meters = options.meters === true
    ? createMeters({ inputs: () => state.inputs, sessions, emit })
    : null;
  const controls = createOutputControls(() => state, emit);

  async function listen() {
    try {
      return createTcpFront({ port: options.port ?? 0, backendPort: server.port });
    } catch (cause) {
      await server.close();
      throw new Error(`Cannot simulate OBS on port ${options.port}: choose a free one`, { cause });
    }
  }

  const front = await listen();

  function resume(): void {
    front.resume();
    server.greetAgain();
  }

  return {
    ...controls,
    get port() {
      return front.port;
    },
    get url() {
      return `ws://127.0.0.1:${front.port}`;
    },
    get state() {
      return state;
    },
    set state(value) {
      state = value;
    },
    get password() {
      return password;
    },
    set password(value) {
      password = value;
    },
    get notReady() {
      return notReady;
    },
    set notReady(value) {
      notReady = value;
    },
    requests: server.requests,
    connections: {
      get accepted() {
        return front.accepted;
      },
      get open() {
        return server.sessions.size;
      },
      get identified() {
        return [...server.sessions].filter((session) => session.identified).length;
      },
      get identifications() {
        return server.identifications;
      },
      get authenticationFailures() {
        return server.authenticationFailures;
      },
    },
    nextIdentify: () => server.nextIdentify(),
    nextRequest: (type) => server.requests.next(type),
    nextBatch: () => server.requests.nextBatch(),
    nextDisconnect: () => server.nextDisconnect(),
    onBeforeAnswer(callback) {
      listeners.add(callback);
      return () => listeners.delete(callback);
    },
    emit,
    sendRaw(text) {
      for (const session of server.sessions) session.sendRaw(text);
    },
    override(requestType, override) {
      overrides.set(requestType, override);
    },
    restore(requestType) {
      if (requestType === undefined) overrides.clear();
      else overrides.delete(requestType);
    },
    setScene(name) {
      let scene = state.scenes.find((candidate) => candidate.name === name);
      if (!scene) state.scenes.push(scene = { name, uuid: crypto.randomUUID() });
      state.scene = name;
      emit("CurrentProgramSceneChanged", { sceneName: name, sceneUuid: scene.uuid });
    },
    beginProfileChange() {
      emit("CurrentProfileChanging", { profileName: state.profile });
    },
    endProfileChange(name) {
      state.profile = name;
      if (!state.profiles.includes(name)) state.profiles.push(name);
      emit("CurrentProfileChanged", { profileName: name });
    },
    beginSceneCollectionChange() {
      emit("CurrentSceneCollectionChanging", { sceneCollectionName: state.sceneCollection });
      notReady = true;
    },
    endSceneCollectionChange(name) {
      state.sceneCollection = name;
      if (!state.sceneCollections.includes(name)) state.sceneCollections.push(name);
      notReady = false;
      emit("CurrentSceneCollectionChanged", { sceneCollectionName: name });
    },
    hang({ greet = true } = {}) {
      if (greet) front.hang();
      else server.stopGreeting();
    },
    refuse: () => front.refuse(),
    resume,
    async crash() {
      const dropped = front.drop();
      server.greetAgain();
      await dropped;
    },
    endSessions(code) {
      for (const session of server.sessions) session.close(code, "As the script says");
    },
    async exit() {
      emit("ExitStarted");
      notReady = true;
      const stopped = front.stop();
      for (const session of server.sessions) session.close(CLOSE.goingAway, "OBS exits");
      await stopped;
    },
    async restart() {
      state = restartedState(state);
      notReady = false;
      await front.listen();
    },
    async close() {
      meters?.stop();
      await front.close();
      await server.close();
    },
  };
}
