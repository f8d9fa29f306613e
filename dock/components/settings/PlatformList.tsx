import type { JSX } from "preact";
import { isOwnPlatform, platformNames } from "../../models/settings/draft.ts";
import { platformFold } from "../../models/settings/folds.ts";
import { platformTitle } from "../../models/settings/platform_title.ts";
import { strayPlatforms, streamKey } from "../../models/settings/secret.ts";
import { platformSettings } from "../../models/settings/setting.ts";
import type { Settings } from "../../models/settings/settings.ts";
import { AddPlatform } from "./AddPlatform.tsx";
import { Fold } from "./Fold.tsx";
import { FoldNote } from "./FoldNote.tsx";
import { SecretField } from "./SecretField.tsx";
import { SettingField } from "./SettingField.tsx";

/** Every platform, and a way to add one. */
export function PlatformList({ settings }: { settings: Settings }): JSX.Element | null {
  const document = settings.form.loaded.value?.document;
  if (document === undefined) return null;
  const names = platformNames(document, settings.form.draft.value);
  const strays = strayPlatforms(settings.secrets.list.value ?? [], names);
  return (
    <>
      {names.map((name) => <Platform key={name} name={name} settings={settings} />)}
      {strays.map((name) => (
        <SecretField
          key={name}
          secret={{ ...streamKey(name), label: `Stream key of ${platformTitle(name)}` }}
          settings={settings}
          blocked="This platform is no longer in the settings."
        />
      ))}
      <AddPlatform form={settings.form} />
    </>
  );
}

function Platform({ name, settings }: { name: string; settings: Settings }): JSX.Element {
  const { form, secrets } = settings;
  const { added, removed } = form.draft.value;
  const isNew = added.includes(name);
  const isRemoved = removed.includes(name);
  const hasKey = secrets.find(streamKey(name).id) !== null;
  return (
    <Fold
      id={platformFold(name)}
      title={platformTitle(name)}
      note={isRemoved || isNew
        ? <span class="mark">{isRemoved ? "Goes with the next save" : "New"}</span>
        : (
          <>
            <span class="panel-state">{hasKey ? "Key set" : "No key"}</span>
            <FoldNote settings={settings} prefix={`platforms.${name}.`} fields={[]} />
          </>
        )}
      isNested
      settings={settings}
    >
      {platformSettings(name).map((setting) => (
        <SettingField
          key={setting.key}
          setting={setting}
          form={form}
          isDisabled={isRemoved}
        />
      ))}
      <SecretField
        secret={streamKey(name)}
        settings={settings}
        blocked={isNew ? "Save the new platform first." : null}
      />
      {isOwnPlatform(name) && (
        <button
          type="button"
          class="button"
          onClick={() => form.togglePlatform(name)}
        >
          {isRemoved ? `Keep ${name}` : `Remove ${name}`}
        </button>
      )}
    </Fold>
  );
}
