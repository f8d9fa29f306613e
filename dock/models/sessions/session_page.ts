import { type Signal, signal } from "@preact/signals";
import type { Session, SessionDetail } from "../../../shared/session.ts";
import type { Api, ExportFormat } from "../../api.ts";
import type { Span } from "../chart_source.ts";
import type { ChartSpec } from "../charts.ts";
import { errorText } from "../error_text.ts";
import { formatDate } from "../format.ts";
import type { AlertLimits } from "../live.ts";
import { Notes } from "./notes.ts";
import { outputsOf, pastSpecs } from "./past_specs.ts";
import { alertMarks, momentText, spanOf } from "./session_view.ts";
import { CHART_POINTS, SpanCharts } from "./span_charts.ts";
import { momentIn } from "./time_of_day.ts";

/** Time around trouble that its charts show, in milliseconds. */
const AROUND_MS = 5 * 60_000;

/** Hands text to the user. */
export interface Giver {
  /** As a file; the browser in OBS may not allow that, and says nothing then. */
  save(file: { name: string; type: string; text: string }): void;
  /** To the clipboard; false if that is not allowed. */
  copy(text: string): Promise<boolean>;
}

/** What one session's page needs. */
export interface SessionPageOptions {
  api: Pick<
    Api,
    "session" | "history" | "saveNotes" | "deleteSession" | "exportSession"
  >;
  give: Giver;
  /** Unix milliseconds. */
  now: () => number;
}

/** One session that is looked at. */
export class SessionPage {
  /** Null while none is. */
  readonly id: Signal<number | null> = signal(null);
  /** Null until it was read. */
  readonly detail: Signal<SessionDetail | null> = signal(null);
  readonly charts: Signal<SpanCharts | null> = signal(null);
  /** Why it could not be read, or what was asked for was not done; null else. */
  readonly problem: Signal<string | null> = signal(null);
  /** What was at the moment that was asked for; null without one. */
  readonly moment: Signal<string | null> = signal(null);
  /** What came of an export; null before any. */
  readonly exported: Signal<string | null> = signal(null);
  readonly isAsking: Signal<boolean> = signal(false);
  /** Whether the user is asked if the session may be deleted. */
  readonly isDeleting: Signal<boolean> = signal(false);
  /** Where the user wants to go while notes that cannot be saved hold them; null else. */
  readonly wanted: Signal<{ id: number | null; atMs: number | null } | null> = signal(null);
  readonly notes: Notes;
  readonly #options: SessionPageOptions;

  constructor(options: SessionPageOptions) {
    this.#options = options;
    this.notes = new Notes(options.api);
  }

  /** Opens a session, or none; stays and asks if notes cannot be saved before. */
  async show(id: number | null, atMs: number | null = null): Promise<void> {
    const isSaved = await this.notes.save();
    this.wanted.value = isSaved ? null : { id, atMs };
    if (!isSaved) return;
    this.id.value = id;
    this.detail.value = null;
    this.charts.value = null;
    this.problem.value = null;
    this.moment.value = null;
    this.exported.value = null;
    this.isDeleting.value = false;
    await this.read();
    if (atMs !== null && this.id.peek() === id) this.#showMoment(atMs);
  }

  /** Goes where the user wants to, without the notes that are not saved. */
  async leave(): Promise<void> {
    const wanted = this.wanted.peek();
    if (wanted === null) return;
    this.notes.discard();
    await this.show(wanted.id, wanted.atMs);
  }

  /** Stays after all. */
  stay(): void {
    this.wanted.value = null;
  }

  /** Reads the session again. */
  async read(): Promise<void> {
    const id = this.id.peek();
    if (id === null) return;
    try {
      const detail = await this.#options.api.session(id, CHART_POINTS);
      if (this.id.peek() === id) this.#take(detail);
    } catch (error) {
      if (this.id.peek() === id) this.problem.value = errorText(error);
    }
  }

  /** The charts of what is known. */
  specs(limits: AlertLimits | null): ChartSpec[] {
    const detail = this.detail.value;
    const charts = this.charts.value;
    if (detail === null || charts === null) return [];
    const { session, outputs, report, alerts, series } = detail;
    const rates = series.find(({ metric }) => metric === "obs.active_fps")?.points ?? [];
    const fps = rates.reduce((most, point) => Math.max(most, Math.round(point[2])), 0);
    return pastSpecs({
      outputs: outputsOf([session, ...outputs]),
      limits,
      fps: fps === 0 ? null : fps,
      metrics: [
        ...report.findings.flatMap(({ metrics }) => metrics),
        ...alerts.flatMap(({ metric }) => metric ?? []),
      ],
      unitOf: (metric) => charts.unitOf(metric),
    });
  }

  /** Shows the charts of some trouble, with the minutes around it. */
  zoom({ from, to }: Span): void {
    const aroundMs = Math.max(AROUND_MS, (to - from) / 2);
    this.charts.peek()?.zoom({ from: from - aroundMs, to: to + aroundMs });
  }

  /** Shows the whole session again. */
  reset(): void {
    this.moment.value = null;
    this.charts.peek()?.reset();
  }

  /** Shows what was at a time of day. */
  ask(text: string): void {
    const session = this.detail.peek()?.session;
    if (session === undefined) return;
    const atMs = momentIn(text, spanOf(session, this.#options.now()));
    if (atMs !== null) this.#showMoment(atMs);
    else this.moment.value = "This was not live then. Write a time of day such as 21:14.";
  }

  /** Hands the session to the user as a file or on the clipboard. */
  async export(format: ExportFormat, to: "file" | "clipboard"): Promise<void> {
    const session = this.detail.peek()?.session;
    if (session === undefined) return;
    const { api, give } = this.#options;
    await this.#do(async () => {
      const text = await api.exportSession(session.id, format);
      if (to === "clipboard") {
        this.exported.value = await give.copy(text)
          ? "Copied."
          : "This browser does not let pages copy. Open the dock's URL in another one.";
        return;
      }
      const name = `stream-${formatDate(session.start_time)}-${session.id}.${format}`;
      give.save({ name, type: format === "csv" ? "text/csv" : "application/json", text });
      this.exported.value = `${name} goes to the browser's downloads. If no file comes, ` +
        "OBS keeps its docks from it: copy instead.";
    });
  }

  /** Deletes the session; whether it did. */
  async remove(): Promise<boolean> {
    const id = this.id.peek();
    if (id === null) return false;
    this.isDeleting.value = false;
    const isDone = await this.#do(() => this.#options.api.deleteSession(id));
    if (!isDone) return false;
    this.notes.discard();
    await this.show(null);
    return true;
  }

  #take(detail: SessionDetail): void {
    const { session, alerts, series } = detail;
    const nowMs = this.#options.now();
    const whole = spanOf(session, nowMs);
    const charts = this.charts.peek() ?? new SpanCharts({ api: this.#options.api, whole });
    charts.fill(series, { whole, marks: alertMarks(alerts, nowMs) });
    this.notes.take(session.id, session.notes);
    this.problem.value = null;
    this.charts.value = charts;
    this.detail.value = detail;
  }

  #showMoment(atMs: number): void {
    const [detail, charts] = [this.detail.peek(), this.charts.peek()];
    if (detail === null || charts === null) return;
    charts.zoom({ from: atMs - AROUND_MS, to: atMs + AROUND_MS });
    charts.cursor.value = atMs;
    this.moment.value = momentText(atMs, { ...detail, nowMs: this.#options.now() });
  }

  async #do(what: () => Promise<void>): Promise<boolean> {
    if (this.isAsking.peek()) return false;
    this.isAsking.value = true;
    this.exported.value = null;
    try {
      await what();
      this.problem.value = null;
      return true;
    } catch (error) {
      this.problem.value = errorText(error);
      return false;
    } finally {
      this.isAsking.value = false;
    }
  }
}

/** Whether a change of `changed` is to be seen on the page of `shown`. */
export function concerns(changed: Session, { session, outputs }: SessionDetail): boolean {
  return [session, ...outputs].some(({ id }) => id === changed.id) ||
    changed.evening_id === session.id || session.evening_id === changed.id;
}
