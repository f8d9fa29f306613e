import { LAUNCHERS } from "./build_launchers.ts";
import { stableGuid } from "./stable_guid.ts";
import { WINDOWS_ENTRIES, type WindowsEntry } from "./windows_entries.ts";

/** What ties all versions together; it must never change. */
const UPGRADE_CODE = "6F0B5B53-92B2-4B5A-9F0C-2D6B7E3A51C4";
const NAME = "OBS Telemetry Bridge";
const REGISTRY_KEY = "Software\\OBSTelemetryBridge";

/** What an installer is described by. */
export interface WxsOptions {
  /** Paths of the files within the package. */
  paths: readonly string[];
  version: string;
  /** GUID of these contents. */
  productCode: string;
}

/**
 * The installer's description for wixl, which knows a part of WiX 3: for this user only, without
 * rights of an administrator. Programs of the package end and restart a running sidecar: `--…`
 * in windows/launcher.c. Files lie beside the description, under their paths.
 */
export async function wxsText({ paths, version, productCode }: WxsOptions): Promise<string> {
  const tree = await directories(paths);
  const launcher = await fileId(LAUNCHERS.windowless);
  const action = (id: string, argument: string) =>
    `<CustomAction Id="${id}" FileKey="${launcher}" ExeCommand="${argument}" Return="ignore"/>`;
  const run = (id: string, command: string) =>
    `<CustomAction Id="${id}" Property="COMMANDPROMPT" ExeCommand="${escape(command)}" ` +
    `Return="ignore"/>`;
  const removed = `REMOVE="ALL" AND NOT UPGRADINGPRODUCTCODE`;
  return `<?xml version="1.0" encoding="utf-8"?>
<Wix xmlns="http://schemas.microsoft.com/wix/2006/wi">
<Product Id="${productCode}" UpgradeCode="${UPGRADE_CODE}" Name="${NAME}" Language="1033"
  Version="${version}" Manufacturer="The OBS Telemetry Bridge authors">
<Package InstallerVersion="500" Compressed="yes" InstallScope="perUser"/>
<MajorUpgrade DowngradeErrorMessage="A newer version is installed already."/>
<Media Id="1" Cabinet="package.cab" EmbedCab="yes"/>
<Property Id="ARPNOMODIFY" Value="1"/>
<Property Id="REINSTALLMODE" Value="amus"/>
<Directory Id="TARGETDIR" Name="SourceDir">
<Directory Id="LocalAppDataFolder"><Directory Id="ProgramsFolder" Name="Programs">
<Directory Id="INSTALLDIR" Name="${NAME}">
${tree.xml}
</Directory></Directory></Directory>
<Directory Id="ProgramMenuFolder"><Directory Id="MenuFolder" Name="${NAME}">
<Component Id="Menu" Guid="${await stableGuid("component:menu")}">
${WINDOWS_ENTRIES.map(shortcut).join("\n")}
<RemoveFolder Id="MenuFolder" On="uninstall"/>
<RegistryValue Root="HKCU" Key="${REGISTRY_KEY}" Name="Menu" Type="integer" Value="1"
  KeyPath="yes"/>
</Component>
</Directory></Directory>
<Directory Id="LoginFolder">
<Component Id="Login" Guid="${await stableGuid("component:login")}">
<RegistryValue Root="HKCU" Key="Software\\Microsoft\\Windows\\CurrentVersion\\Run"
  Name="OBSTelemetryBridge" Type="string"
  Value="&quot;[INSTALLDIR]${LAUNCHERS.windowless}&quot; start" KeyPath="yes"/>
</Component>
</Directory>
</Directory>
<Feature Id="Program" Title="${NAME}" Level="1" Absent="disallow">
${[...tree.components, "Menu"].map((id) => `<ComponentRef Id="${id}"/>`).join("\n")}
</Feature>
<Feature Id="StartAtLogin" Title="Start at login" Level="2"><ComponentRef Id="Login"/></Feature>
${action("StopForUpdate", "--stop-for-update")}
${action("BeforeRemoval", "--before-removal")}
${action("StartAgain", "--start-again")}
<CustomAction Id="FindCommandPrompt" Property="COMMANDPROMPT" Value="[System64Folder]cmd.exe"/>
${run("RemoveCache", '/c rmdir /s /q "[LocalAppDataFolder]OBSTelemetryBridge"')}
${run("RemoveData", '/c rmdir /s /q "[AppDataFolder]OBSTelemetryBridge"')}
<InstallExecuteSequence>
${
    step(
      "StopForUpdate",
      "MigrateFeatureStates",
      "(Installed OR WIX_UPGRADE_DETECTED) AND NOT REMOVE",
    )
  }
${step("BeforeRemoval", "StopForUpdate", removed)}
${step("FindCommandPrompt", "BeforeRemoval", removed)}
<InstallValidate After="FindCommandPrompt"/>
<RemoveExistingProducts After="InstallInitialize"/>
<ProcessComponents After="RemoveExistingProducts"/>
${step("StartAgain", "InstallFinalize", "NOT REMOVE")}
${step("RemoveCache", "StartAgain", removed)}
${step("RemoveData", "RemoveCache", `${removed} AND REMOVE_DATA="1"`)}
</InstallExecuteSequence>
</Product>
</Wix>
`;
}

/** A component for each file, as MSI wants it, within the directories that they lie in. */
async function directories(
  paths: readonly string[],
  folder = "",
): Promise<{ xml: string; components: string[] }> {
  const xml: string[] = [];
  const components: string[] = [];
  const within = paths.filter((path) => path.startsWith(folder));
  const names = new Set(within.map((path) => path.slice(folder.length).split("/")[0] ?? ""));
  for (const name of [...names].sort()) {
    const path = folder + name;
    if (within.includes(path)) {
      const id = await fileId(path);
      components.push(`C${id}`);
      xml.push(
        `<Component Id="C${id}" Guid="${await stableGuid(`component:${path}`)}" Win64="yes">` +
          `<File Id="${id}" Name="${escape(name)}" Source="${escape(path)}" KeyPath="yes"/>` +
          `</Component>`,
      );
    } else {
      const inner = await directories(within, `${path}/`);
      components.push(...inner.components);
      xml.push(
        `<Directory Id="D${await fileId(path)}" Name="${
          escape(name)
        }">\n${inner.xml}\n</Directory>`,
      );
    }
  }
  return { xml: xml.join("\n"), components };
}

async function fileId(path: string): Promise<string> {
  return `F${(await stableGuid(`file:${path}`)).replaceAll("-", "")}`;
}

function shortcut({ name, launcher, command }: WindowsEntry, i: number): string {
  return `<Shortcut Id="Shortcut${i}" Name="${name}" Target="[INSTALLDIR]${launcher}" ` +
    `Arguments="${command}" WorkingDirectory="INSTALLDIR"/>`;
}

/**
 * When an action of ours runs. wixl sorts by what stands in the description alone: without a place
 * before something, an action may come at any time after its own.
 */
function step(action: string, after: string, condition: string): string {
  return `<Custom Action="${action}" After="${after}">${escape(condition)}</Custom>`;
}

function escape(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll('"', "&quot;").replaceAll("<", "&lt;");
}
