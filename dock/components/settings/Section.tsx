import type { ComponentChildren, JSX } from "preact";
import { moreFold } from "../../models/settings/folds.ts";
import { sectionSecrets } from "../../models/settings/secret.ts";
import type { SectionView } from "../../models/settings/sections.ts";
import { sectionSettings, type Setting } from "../../models/settings/setting.ts";
import type { Settings } from "../../models/settings/settings.ts";
import { Fold } from "./Fold.tsx";
import { FoldNote } from "./FoldNote.tsx";
import { SecretField } from "./SecretField.tsx";
import { SettingField } from "./SettingField.tsx";
import { TestButton } from "./TestButton.tsx";

/** One section of config.toml with the secrets and the test that belong to it. */
export function Section({ view, settings, children }: {
  view: SectionView;
  settings: Settings;
  children: ComponentChildren;
}): JSX.Element {
  const { id, title, intro, plain } = view;
  const all = id === "platforms" ? [] : sectionSettings(id);
  const isPlain = ({ path }: Setting): boolean => plain === null || plain.includes(path[1] ?? "");
  const more = all.filter((setting) => !isPlain(setting));
  const { obs, metrics, notify } = settings.tests;
  return (
    <Fold
      id={id}
      title={title}
      note={<FoldNote settings={settings} prefix={`${id}.`} fields={all} />}
      settings={settings}
    >
      {intro !== null && <p class="intro">{intro}</p>}
      {all.filter(isPlain).map((setting) => (
        <SettingField key={setting.key} setting={setting} form={settings.form} />
      ))}
      {sectionSecrets(id).map((secret) => (
        <SecretField key={secret.id} secret={secret} settings={settings} />
      ))}
      {children}
      {id === "obs" && <TestButton test={obs} title="Test OBS" settings={settings} />}
      {id === "grafana" && (
        <TestButton test={metrics} title="Test metrics backend" settings={settings} />
      )}
      {id === "notify" && <TestButton test={notify} title="Send a test" settings={settings} />}
      {more.length > 0 && (
        <Fold
          id={moreFold(id)}
          title="Thresholds"
          note={<FoldNote settings={settings} prefix={`${id}.`} fields={more} />}
          isNested
          settings={settings}
        >
          {more.map((setting) => (
            <SettingField key={setting.key} setting={setting} form={settings.form} />
          ))}
        </Fold>
      )}
    </Fold>
  );
}
