import { computed, effect, type ReadonlySignal, type Signal, signal } from "@preact/signals";
import type { Api, TestName } from "../../api.ts";
import type { Link, Timers } from "../link.ts";
import { ConnectionTest } from "./connection_test.ts";
import { ExportWatch } from "./export_watch.ts";
import { Secrets } from "./secrets.ts";
import { SettingsForm } from "./settings_form.ts";

/** Everything on the Settings page; it lives on while another page is shown. */
export interface Settings {
  form: SettingsForm;
  secrets: Secrets;
  tests: Readonly<Record<TestName, ConnectionTest>>;
  exportWatch: ExportWatch;
  /** Folds of the form that the user has opened or left open. */
  openFolds: Signal<ReadonlySet<string>>;
  /** Whether leaving would lose something. */
  isDirty: ReadonlySignal<boolean>;
  /** Called when the page is opened: everything may have changed since. */
  open(): void;
}

/** What the Settings page needs. */
export interface SettingsOptions {
  api: Pick<
    Api,
    | "readConfig"
    | "saveConfig"
    | "credentials"
    | "setCredential"
    | "removeCredential"
    | "testConnection"
    | "exportState"
  >;
  link: Pick<Link, "state" | "config">;
  timers: Timers;
  /** Unix milliseconds. */
  now: () => number;
}

/** Makes what the Settings page shows. */
export function createSettings({ api, link, timers, now }: SettingsOptions): Settings {
  const form = new SettingsForm({ api, link, timers });
  const secrets = new Secrets(api);
  // Whether a secret is used depends on the host in the settings; while the sidecar was away the
  // vault could not be read.
  effect(() => {
    if (form.loaded.value !== null && form.isOnline.value) secrets.read();
  });
  const tests = {
    obs: new ConnectionTest(api, "obs"),
    metrics: new ConnectionTest(api, "metrics"),
    notify: new ConnectionTest(api, "notify"),
  };
  // "Saved." beside something that is done after it would be taken for that.
  effect(() => {
    const isBusy = secrets.busy.value !== null ||
      Object.values(tests).some((test) => test.isBusy.value);
    if (isBusy) form.dropGoodNews();
  });
  return {
    form,
    secrets,
    tests,
    exportWatch: new ExportWatch({ api, timers, now }),
    openFolds: signal(new Set(["obs"])),
    isDirty: computed(() => form.count.value > 0 || secrets.isTyping.value),
    open: () => form.open(),
  };
}
