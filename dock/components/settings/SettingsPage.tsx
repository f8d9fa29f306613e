import type { JSX } from "preact";
import { useEffect } from "preact/hooks";
import { sectionViews } from "../../models/settings/sections.ts";
import type { Settings } from "../../models/settings/settings.ts";
import type { Sound } from "../../sound.ts";
import { ExportStatus } from "./ExportStatus.tsx";
import { showFirstProblem } from "./show_problem.ts";
import { PlatformList } from "./PlatformList.tsx";
import { SaveBar } from "./SaveBar.tsx";
import { Section } from "./Section.tsx";
import { SoundButton } from "./SoundButton.tsx";

/** Every setting and secret. */
export function SettingsPage(
  { settings, sound }: { settings: Settings; sound: Sound },
): JSX.Element {
  const { form } = settings;
  const refusals = form.refusals.value;
  useEffect(() => settings.open(), []);
  useEffect(() => {
    if (refusals > 0) showFirstProblem(settings);
  }, [refusals]);
  const loaded = form.loaded.value;
  if (loaded === null) {
    const problem = form.notice.value?.text ?? null;
    return (
      <main class="notice" aria-live="polite">
        <h1>Settings</h1>
        <p>{problem ?? "Reading the settings."}</p>
        {problem !== null && (
          <button type="button" onClick={() => settings.open()}>Try again now</button>
        )}
      </main>
    );
  }
  return (
    <main class="settings">
      <h1 class="unseen">Settings</h1>
      <div class="settings-panels">
        {sectionViews().map((view) => (
          <Section key={view.id} view={view} settings={settings}>
            {view.id === "platforms" && <PlatformList settings={settings} />}
            {view.id === "grafana" && <ExportStatus watch={settings.exportWatch} />}
            {view.id === "dock" && <SoundButton sound={sound} />}
          </Section>
        ))}
      </div>
      <SaveBar settings={settings} />
    </main>
  );
}
