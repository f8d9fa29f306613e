import { batch, computed, effect, type ReadonlySignal, type Signal, signal } from "@preact/signals";
import type { ConfigDocument } from "../../../shared/api.ts";
import { isPlatformName, PLATFORM_NAME_ALLOWED } from "../../../shared/config_fields.ts";
import { shown } from "../../../shared/config_field.ts";
import { type Api, ApiError, type LoadedConfig } from "../../api.ts";
import { errorText } from "../error_text.ts";
import type { Link, Timers } from "../link.ts";
import { type Difference, differences } from "./differences.ts";
import {
  changesBody,
  changesIn,
  countChanges,
  type Draft,
  EMPTY_DRAFT,
  platformNames,
  problemsIn,
  prune,
  rawIn,
  withPlatformToggled,
  withRaw,
} from "./draft.ts";
import type { FormNotice } from "./form_notice.ts";
import { outsideNews } from "./outside_news.ts";
import { type Raw, rawOf, type Setting } from "./setting.ts";
import { worded } from "./worded.ts";

/** What the form needs. */
export interface SettingsFormOptions {
  api: Pick<Api, "readConfig" | "saveConfig">;
  link: Pick<Link, "state" | "config">;
  timers: Timers;
}

/** How long good news stays. */
const GOOD_NEWS_MS = 8000;

/** What is told instead of asking a sidecar that cannot answer. */
const AWAY = "The sidecar is away. The settings come when it is back.";

/** The settings, what the user has changed in them, and how saving goes. */
export class SettingsForm {
  /** The settings as saved; null before they came. */
  readonly loaded: Signal<LoadedConfig | null> = signal(null);
  readonly draft: Signal<Draft> = signal(EMPTY_DRAFT);
  readonly isSaving: Signal<boolean> = signal(false);
  readonly notice: Signal<FormNotice | null> = signal(null);
  /** What was changed elsewhere since the user began. */
  readonly outside: Signal<readonly Difference[]> = signal([]);
  /** Counts the refused saves, so that the page can lead the user to what is wrong. */
  readonly refusals: Signal<number> = signal(0);
  readonly count: ReadonlySignal<number>;
  /**
   * Keys of the settings that a save would change. What is typed stays in the draft even where it
   * says what is saved: it may go on.
   */
  readonly changed: ReadonlySignal<ReadonlySet<string>>;
  /** What is wrong, by the settings' keys. */
  readonly problems: ReadonlySignal<ReadonlyMap<string, string>>;
  /** Why nothing can be saved now; null if it can. */
  readonly obstacle: ReadonlySignal<string | null>;
  /** Whether the sidecar is there to be asked. */
  readonly isOnline: ReadonlySignal<boolean>;
  readonly #options: SettingsFormOptions;
  readonly #refused: Signal<ReadonlyMap<string, string>> = signal(new Map());
  #isOpen = false;
  #reading: Promise<boolean> | null = null;
  /** What was sent in a save that nobody answered: it may have been saved all the same. */
  #unanswered: Draft | null = null;

  constructor(options: SettingsFormOptions) {
    this.#options = options;
    this.isOnline = computed(() => ["live", "stale"].includes(options.link.state.value.kind));
    this.count = computed(() => {
      const document = this.loaded.value?.document;
      return document === undefined ? 0 : countChanges(document, this.draft.value);
    });
    this.changed = computed(() => {
      const document = this.loaded.value?.document;
      const changes = document === undefined ? [] : changesIn(document, this.draft.value);
      return new Set(changes.map(({ setting }) => setting.key));
    });
    this.problems = computed(() => {
      const document = this.loaded.value?.document;
      const own = document === undefined ? [] : problemsIn(document, this.draft.value);
      return new Map([...this.#refused.value, ...own]);
    });
    this.obstacle = computed(() => {
      if (!this.isOnline.value) return "The sidecar is away. Your changes are kept here.";
      const wrong = this.problems.value.size;
      if (wrong === 0) return null;
      return wrong === 1 ? "One setting is not allowed." : `${wrong} settings are not allowed.`;
    });
    effect(() => this.#follow());
    effect(() => {
      if (this.notice.value?.tone !== "good") return;
      const timer = options.timers.setTimeout(() => this.dropGoodNews(), GOOD_NEWS_MS);
      return () => options.timers.clearTimeout(timer);
    });
  }

  /** Takes good news away, as it has been read or something else is done. */
  dropGoodNews(): void {
    if (this.notice.peek()?.tone === "good") this.notice.value = null;
  }

  /** Called when the page is opened: reads the settings anew, once the sidecar is there. */
  open(): void {
    this.#isOpen = true;
    this.dropGoodNews();
    if (this.isOnline.peek()) this.read();
    else if (this.loaded.peek() === null) this.notice.value = { tone: "bad", text: AWAY };
  }

  /** Reads the settings anew; changes of the user's stay. False if they cannot be read. */
  read(): Promise<boolean> {
    this.#reading ??= this.#read().finally(() => this.#reading = null);
    return this.#reading;
  }

  /** Puts something into a setting's control. */
  edit(setting: Setting, raw: Raw): void {
    this.#change((document, draft) => withRaw(document, draft, { setting, raw }));
    if (!this.#refused.peek().has(setting.key)) return;
    this.#refused.value = new Map(
      [...this.#refused.peek()].filter(([key]) => key !== setting.key),
    );
  }

  /** Puts a setting back to its default. */
  reset(setting: Setting): void {
    this.edit(setting, rawOf(setting, setting.default));
  }

  /** What stands in a setting's control. */
  raw(setting: Setting): Raw {
    const document = this.loaded.value?.document;
    return document === undefined ? "" : rawIn(document, this.draft.value, setting);
  }

  /** Begins a platform; what is wrong with its name, or null. */
  addPlatform(name: string): string | null {
    const document = this.loaded.peek()?.document;
    if (document === undefined) return "The settings are not there yet.";
    if (!isPlatformName(name)) {
      return `A platform's name must be ${PLATFORM_NAME_ALLOWED}, is ${shown(name)}`;
    }
    if (platformNames(document, this.draft.peek()).includes(name)) {
      return `There is a platform ${name} already.`;
    }
    this.#change((_, draft) => ({ ...draft, added: [...draft.added, name] }));
    return null;
  }

  /** Takes a platform out, or back in if it is to be taken out. */
  togglePlatform(name: string): void {
    this.#change((_, draft) => withPlatformToggled(draft, name));
  }

  /** Gives up all changes. */
  discard(): void {
    batch(() => {
      this.draft.value = EMPTY_DRAFT;
      this.#refused.value = new Map();
      this.outside.value = [];
      this.notice.value = null;
    });
  }

  /** Saves the changes. False if they were not saved; the form says why and keeps them. */
  async save(): Promise<boolean> {
    const loaded = this.loaded.peek();
    if (loaded === null || this.isSaving.peek() || this.obstacle.peek() !== null) return false;
    if (this.count.peek() === 0) return true;
    this.isSaving.value = true;
    const sent = this.draft.peek();
    try {
      const body = changesBody(loaded.document, sent);
      await this.#options.api.saveConfig(body, loaded.version);
      this.outside.value = [];
      this.#unanswered = null;
      // An answer that was on its way while this was saved may be older than what was saved.
      await this.#reading;
      if (await this.read()) this.notice.value = { tone: "good", text: "Saved." };
      return true;
    } catch (error) {
      if (error instanceof ApiError && error.status === null) this.#unanswered = sent;
      await this.#refuse(error);
      return false;
    } finally {
      this.isSaving.value = false;
      this.#follow();
    }
  }

  #change(change: (document: ConfigDocument, draft: Draft) => Draft): void {
    const document = this.loaded.peek()?.document;
    if (document === undefined) return;
    batch(() => {
      this.draft.value = change(document, this.draft.peek());
      if (this.outside.peek().length === 0) this.notice.value = null;
    });
  }

  /** Reads the settings again once they are others, or can be had at last. */
  #follow(): void {
    const version = this.#options.link.config.value?.version ?? "";
    const isOnline = this.isOnline.value;
    if (!this.#isOpen || !isOnline || this.isSaving.peek()) return;
    const known = this.loaded.peek()?.version;
    if (known === undefined || (version !== "" && version !== known)) this.read();
  }

  async #read(): Promise<boolean> {
    try {
      this.#take(await this.#options.api.readConfig());
      return true;
    } catch (error) {
      this.notice.value = { tone: "bad", text: errorText(error) };
      return false;
    }
  }

  #take(next: LoadedConfig): void {
    const last = this.loaded.peek();
    const before = this.draft.peek();
    const draft = prune(next.document, before);
    batch(() => {
      this.loaded.value = next;
      this.draft.value = draft;
      if (this.notice.peek()?.tone === "bad") this.notice.value = null;
      if (last === null || last.version === next.version || this.isSaving.peek()) return;
      this.#tellOutside(differences(last.document, next.document, draft), next.document);
    });
  }

  #tellOutside(found: readonly Difference[], document: ConfigDocument): void {
    const news = outsideNews(found, {
      document,
      unanswered: this.#unanswered,
      count: this.count.peek(),
      outside: this.outside.peek(),
    });
    this.#unanswered = null;
    if (news === null) return;
    this.outside.value = news.outside;
    this.notice.value = news.notice;
  }

  async #refuse(error: unknown): Promise<void> {
    if (error instanceof ApiError && error.status === 412) {
      await this.#reading;
      batch(() => {
        this.isSaving.value = false;
        this.notice.value = null;
      });
      if (await this.read() && this.notice.peek() === null) {
        this.notice.value = {
          tone: "warning",
          text: "config.toml was saved elsewhere, with the same settings. Save again.",
        };
      }
      return;
    }
    const problems = error instanceof ApiError ? error.problems : [];
    const keyed = problems.filter(({ key }) => key !== null && this.#keys().has(key));
    batch(() => {
      this.#refused.value = new Map(keyed.map((problem) => [problem.key ?? "", worded(problem)]));
      this.notice.value = { tone: "bad", text: errorText(error) };
      this.refusals.value++;
    });
  }

  #keys(): Set<string> {
    return new Set(this.draft.peek().raws.keys());
  }
}
