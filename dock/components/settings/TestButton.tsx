import type { JSX } from "preact";
import type { ConnectionTest } from "../../models/settings/connection_test.ts";
import type { Settings } from "../../models/settings/settings.ts";

/** Tries a connection with the settings as they are saved, and says how it went. */
export function TestButton({ test, title, settings }: {
  test: ConnectionTest;
  title: string;
  settings: Settings;
}): JSX.Element {
  const isBusy = test.isBusy.value;
  const result = test.result.value;
  const tone = result === null ? "" : result.ok ? " tone-good" : " tone-bad";
  const isUnsaved = settings.form.count.value > 0;
  return (
    <div class="test">
      <button
        type="button"
        class="button"
        aria-disabled={isBusy}
        onClick={() => test.run()}
      >
        {isBusy ? "Testing…" : title}
      </button>
      <p class={`test-result${tone}`} role="status">
        <bdi dir="auto">
          {isBusy ? "" : result?.message ?? (isUnsaved ? "Tests the settings as saved." : "")}
        </bdi>
      </p>
    </div>
  );
}
