import { computed, effect, type ReadonlySignal, type Signal, signal } from "@preact/signals";
import type { Api } from "../../api.ts";
import type { Link } from "../link.ts";
import { ConnectionTest } from "./connection_test.ts";
import { Secrets } from "./secrets.ts";
import { SettingsForm } from "./settings_form.ts";

/** Everything on the Settings page; it lives on while another page is shown. */
export interface Settings {
  form: SettingsForm;
  secrets: Secrets;
  tests: { readonly obs: ConnectionTest; readonly metrics: ConnectionTest };
  /** Folds of the form that the user has opened or left open. */
  openFolds: Signal<ReadonlySet<string>>;
  /** Whether leaving would lose something. */
  isDirty: ReadonlySignal<boolean>;
  /** Called when the page is opened: everything may have changed since. */
  open(): void;
}

/** Makes what the Settings page shows. */
export function createSettings({ api, link }: { api: Api; link: Link }): Settings {
  const form = new SettingsForm({ api, link });
  const secrets = new Secrets(api);
  // Whether a secret is used depends on the host in the settings; while the sidecar was away the
  // vault could not be read.
  effect(() => {
    if (form.loaded.value !== null && form.isOnline.value) secrets.read();
  });
  return {
    form,
    secrets,
    tests: {
      obs: new ConnectionTest(api, "obs"),
      metrics: new ConnectionTest(api, "metrics"),
    },
    openFolds: signal(new Set(["obs"])),
    isDirty: computed(() => form.count.value > 0 || secrets.isTyping.value),
    open: () => form.open(),
  };
}
