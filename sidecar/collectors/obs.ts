import type { Output } from "../../shared/telemetry.ts";
import { isLoopback } from "../net/loopback.ts";
import type { ObsConnection } from "../obs/connection.ts";
import { FACT_REQUESTS, NO_FACTS, type ObsFacts, readFacts } from "../obs/facts.ts";
import { type Fields, flagField, textField } from "../obs/fields.ts";
import type { Ingest } from "../obs/ingest.ts";
import { OutputBook } from "../obs/output_book.ts";
import type { EarlierCounts, OutputTracker } from "../obs/output_tracker.ts";
import type { ProfileFiles } from "../obs/profile_folder.ts";
import {
  type ObsAnswer,
  type ObsRequest,
  type ObsSession,
  type StateEvent,
  STATUS_NOT_READY,
} from "../obs/session.ts";
import type { SilenceWatch } from "../obs/silence_watch.ts";
import { StatsTracker } from "../obs/stats_tracker.ts";
import { streamedTracks } from "../obs/streamed_tracks.ts";
import { targetBitrateKbps } from "../obs/target_bitrate.ts";
import type { Clock } from "../time/clock.ts";
import { DeadlineError } from "../time/deadline.ts";
import type { Collector, ObsReading } from "./collector.ts";
import { COLLECTOR_DEADLINE_MS } from "./collector_runner.ts";
import { obsReading } from "./obs_reading.ts";

/** How often facts that change seldom are read again: video settings send no event. */
const FACTS_EVERY_MS = 10_000;

/** Longest wait for the end of a change of profile or scene collection. */
const LONGEST_CHANGE_MS = 30_000;

/** How often, and after which pauses, OBS is asked again for an output that it said has stopped. */
const STOP_TRIES = 3;
const STOP_PAUSE_MS = 10;

/** What the OBS collector needs. */
export interface ObsCollectorOptions {
  connection: ObsConnection;
  files: ProfileFiles;
  clock: Clock;
  /** The platform that the user says an output feeds; null where nothing is said. */
  platformOf?(output: Pick<Output, "id" | "name">): string | null;
  /**
   * What an earlier sidecar counted of an output's stream beyond what OBS tells now; null if that
   * stream is not known. Asked once, when the output is first seen.
   * @param renderedFrames frames that OBS has rendered; null if unknown
   */
  earlierCounts?(output: Output, renderedFrames: number | null): EarlierCounts | null;
  /** Listens to what is streamed; absent: nobody does. */
  silence?: SilenceWatch;
}

/** Watches OBS over obs-websocket: one batch of requests each time it is asked. */
export class ObsCollector implements Collector<ObsReading> {
  readonly name = "obs";
  readonly #connection: ObsConnection;
  readonly #files: ProfileFiles;
  readonly #clock: Clock;
  readonly #platformOf: NonNullable<ObsCollectorOptions["platformOf"]>;
  readonly #earlierCounts: NonNullable<ObsCollectorOptions["earlierCounts"]>;
  readonly #silence: SilenceWatch | null;
  readonly #outputs = new OutputBook();
  #stats = new StatsTracker();
  #facts: ObsFacts = NO_FACTS;
  #targetKbps: number | null = null;
  #factsDueAtMs = 0;
  #session: ObsSession | null = null;
  /** Why there was no connection the last time that there was none. */
  #absence: Error | null = null;
  /** Where the OBS is whose figures are kept. */
  #address = "";
  #changingUntilMs = 0;
  #exiting = false;
  readonly #stopped = new Set<"streaming" | "recording">();
  /** The last figures of this session, and when they were read. */
  #last: { reading: ObsReading; atMs: number } | null = null;

  constructor(options: ObsCollectorOptions) {
    const { connection, files, clock, platformOf = () => null, silence = null } = options;
    this.#connection = connection;
    this.#files = files;
    this.#clock = clock;
    this.#platformOf = platformOf;
    this.#earlierCounts = options.earlierCounts ?? (() => null);
    this.#silence = silence;
  }

  /** Whether OBS changes its profile or scene collection, or closes: it must not be asked then. */
  get isChanging(): boolean {
    return this.#exiting || this.#clock.monotonic() < this.#changingUntilMs;
  }

  /** Folder that OBS on this machine records to, or null. */
  get recordDirectory(): string | null {
    return this.#isLocal() ? this.#facts.recordDirectory : null;
  }

  /** Server of the main stream while that is active, or null. */
  get activeIngest(): Ingest | null {
    return this.#last !== null && this.#outputs.mainStreaming ? this.#facts.service.ingest : null;
  }

  /** What was counted of an output's connections before the one that is up now; null without it. */
  carried(outputId: string): OutputTracker["carried"] | null {
    return this.#outputs.carried(outputId);
  }

  /** When the last figures were read: before the last tick while OBS cannot be asked. */
  get readAtMs(): number | null {
    return this.#last?.atMs ?? null;
  }

  /**
   * Takes an event of OBS's.
   * @returns whether it changes what a snapshot says, so that one should be taken at once
   */
  handleEvent(event: StateEvent, data: Fields): boolean {
    switch (event) {
      // Requests during an exit or a change can crash OBS (obs-websocket issue 1275).
      case "ExitStarted":
        this.#exiting = true;
        this.#silence?.pause();
        return false;
      case "CurrentProfileChanging":
      case "CurrentSceneCollectionChanging":
        this.#changingUntilMs = this.#clock.monotonic() + LONGEST_CHANGE_MS;
        this.#silence?.pause();
        return false;
      case "CurrentProfileChanged":
      case "CurrentSceneCollectionChanged":
        this.#changingUntilMs = 0;
        this.#factsDueAtMs = 0;
        return true;
      case "StreamStateChanged":
        this.#factsDueAtMs = 0;
        this.#noteReconnect(textField(data, "outputState"));
        this.#noteStop("streaming", data);
        return true;
      case "RecordStateChanged":
        this.#factsDueAtMs = 0;
        this.#noteStop("recording", data);
        return true;
      default:
        return true;
    }
  }

  async collect(): Promise<ObsReading> {
    const { session } = this.#connection;
    if (session === null) {
      this.#session = null;
      this.#last = null;
      throw this.#notConnected();
    }
    if (session !== this.#session) this.#welcome(session);
    if (this.#exiting) return this.#kept();
    if (this.#clock.monotonic() < this.#changingUntilMs) {
      return this.#kept(LONGEST_CHANGE_MS + COLLECTOR_DEADLINE_MS);
    }
    try {
      return await this.#pollUntilStopped(session);
    } catch (error) {
      if (error instanceof DeadlineError) {
        this.#connection.abandon("OBS has stopped answering. If it hangs, restart it.");
      }
      throw this.#connection.session === null
        ? new Error(this.#connection.problem, { cause: error })
        : error;
    }
  }

  async close(): Promise<void> {
    this.#silence?.pause();
    await this.#connection.stop();
  }

  /** Made anew only for another problem: an error costs its stack, twice a second for hours. */
  #notConnected(): Error {
    const { problem } = this.#connection;
    if (problem !== this.#absence?.message) this.#absence = new Error(problem);
    return this.#absence;
  }

  #welcome(session: ObsSession): void {
    const { endpoint } = this.#connection;
    const address = `${endpoint?.host}:${endpoint?.port}`;
    if (address !== this.#address) this.#beginAnew();
    this.#stats.noteAnswering(this.#clock.monotonic());
    this.#address = address;
    this.#session = session;
    this.#last = null;
    this.#changingUntilMs = 0;
    this.#exiting = false;
    this.#factsDueAtMs = 0;
  }

  /** Another OBS: what was counted of the one before says nothing about it. */
  #beginAnew(): void {
    this.#stats = new StatsTracker();
    this.#outputs.clear();
  }

  /** The last figures while OBS cannot be asked: for a moment only, for they stand still. */
  #kept(longestMs = COLLECTOR_DEADLINE_MS): ObsReading {
    if (this.#last === null) {
      throw new Error("OBS is still loading. Its figures come by themselves when it is done.");
    }
    if (this.#clock.monotonic() - this.#last.atMs >= longestMs) {
      throw new Error(
        "OBS is loading or closing. Its figures come by themselves when it is done; " +
          "if it hangs, restart it.",
      );
    }
    return this.#last.reading;
  }

  #isLocal(): boolean {
    const { endpoint } = this.#connection;
    return endpoint !== null && isLoopback(endpoint.host);
  }

  #noteReconnect(state: string | null): void {
    if (state === "OBS_WEBSOCKET_OUTPUT_RECONNECTING") this.#outputs.noteReconnecting(true);
    if (state === "OBS_WEBSOCKET_OUTPUT_RECONNECTED") this.#outputs.noteReconnecting(false);
  }

  #noteStop(what: "streaming" | "recording", data: Fields): void {
    if (textField(data, "outputState") === "OBS_WEBSOCKET_OUTPUT_STOPPED") this.#stopped.add(what);
  }

  /** OBS says "stopped" a few milliseconds before its output is inactive: then it is asked again. */
  async #pollUntilStopped(session: ObsSession): Promise<ObsReading> {
    const stopped = [...this.#stopped];
    this.#stopped.clear();
    let reading = await this.#poll(session);
    for (let tries = 0; tries < STOP_TRIES && stopped.some((what) => reading[what]); tries++) {
      await new Promise((resolve) => setTimeout(resolve, STOP_PAUSE_MS));
      reading = await this.#poll(session);
    }
    return reading;
  }

  async #poll(session: ObsSession): Promise<ObsReading> {
    const withFacts = this.#clock.monotonic() >= this.#factsDueAtMs;
    if (withFacts) this.#factsDueAtMs = this.#clock.monotonic() + FACTS_EVERY_MS;
    const names = this.#outputs.names;
    const [stats, list, scene, record, ...rest] = await session.batch([
      { requestType: "GetStats" },
      { requestType: "GetOutputList" },
      { requestType: "GetCurrentProgramScene" },
      { requestType: "GetRecordStatus" },
      ...names.map(statusRequest),
      ...(withFacts ? FACT_REQUESTS : []),
    ]);
    const atMs = this.#clock.monotonic();
    if (stats?.code === STATUS_NOT_READY) {
      this.#factsDueAtMs = 0;
      return this.#kept();
    }
    if (withFacts) await this.#learn(rest.slice(names.length));

    if (stats?.ok && this.#stats.isAnotherProcess(stats.data)) this.#beginAnew();
    const statuses = new Map(names.map((name, index) => [name, rest[index]]));
    const added = list?.ok ? this.#outputs.list(list.data, this.#facts.service) : [];
    await this.#askFor(session, { names: added, statuses });
    this.#outputs.notePaused(record?.ok ? flagField(record.data, "outputPaused") : null);
    for (const [name, answer] of statuses) {
      if (answer?.ok) this.#outputs.update(name, { status: answer.data, atMs });
      else this.#outputs.miss(name);
    }
    if (stats?.ok) this.#stats.update(stats.data, { atMs, encoding: this.#outputs.active });
    else this.#stats.miss();
    this.#outputs.resume(
      added,
      (output) => this.#earlierCounts(output, this.#stats.renderedFrames),
    );
    const reading = obsReading({
      outputs: this.#outputs,
      stats: this.#stats,
      facts: this.#facts,
      answers: { stats, scene },
      targetKbps: this.#targetKbps,
      local: this.#isLocal(),
      silence: this.#silence?.figures ?? {},
      platformOf: this.#platformOf,
    });
    this.#silence?.look({
      session,
      live: reading.streaming === true,
      tracks: streamedTracks(this.#facts),
    });
    this.#last = { reading, atMs };
    return reading;
  }

  /** Asks at once for outputs that the list shows for the first time. */
  async #askFor(
    session: ObsSession,
    { names, statuses }: { names: string[]; statuses: Map<string, ObsAnswer | undefined> },
  ): Promise<void> {
    if (names.length === 0) return;
    const answers = await session.batch(names.map(statusRequest));
    names.forEach((name, index) => statuses.set(name, answers[index]));
  }

  async #learn(answers: readonly ObsAnswer[]): Promise<void> {
    this.#facts = readFacts(answers, this.#facts);
    this.#targetKbps = this.#isLocal()
      ? await targetBitrateKbps(this.#facts, {
        root: this.#connection.endpoint?.configRoot ?? null,
        files: this.#files,
      })
      : null;
  }
}

function statusRequest(outputName: string): ObsRequest {
  return { requestType: "GetOutputStatus", requestData: { outputName } };
}
