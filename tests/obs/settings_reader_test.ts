import assert from "node:assert/strict";
import type { ObsPlaces } from "../../sidecar/obs/config_roots.ts";
import { findServerSettings } from "../../sidecar/obs/server_settings.ts";
import { createSettingsReader } from "../../sidecar/obs/settings_reader.ts";
import { DeadlineError } from "../../sidecar/time/deadline.ts";
import { FakeTime, settle } from "../fake_time.ts";

const LINUX: ObsPlaces = { os: "linux", home: "/home/anna", env: () => undefined };

/** Places of a Windows whose user and programs are on the drives that are named. */
function windows(
  { appData = "C:\\Users\\anna\\AppData\\Roaming", programs = "C:\\Program Files" } = {},
): ObsPlaces {
  const variables: Record<string, string> = { APPDATA: appData, ProgramFiles: programs };
  return { os: "windows", home: "C:\\Users\\anna", env: (name) => variables[name] };
}

/** How a reader gets each file: "sync" while all else waits, or "async". */
async function waysOf(places: ObsPlaces, paths: readonly string[]): Promise<string[]> {
  const read = createSettingsReader(places, {
    readTextSync: () => "sync",
    readText: () => Promise.resolve("async"),
  });
  return await Promise.all(paths.map(read));
}

Deno.test("all else waits for the usual places on the home's drive alone", async () => {
  const folder = "/home/anna/.config/obs-studio";
  assert.deepEqual(
    await waysOf(LINUX, [
      `${folder}/global.ini`,
      `${folder}-copy/global.ini`,
      "/home/anna/nas/OBS/config/obs-studio/global.ini",
      "/media/stick/config/obs-studio/global.ini",
    ]),
    ["sync", "async", "async", "async"],
  );
  const elsewhere = { ...LINUX, env: (name: string) => ({ XDG_CONFIG_HOME: "/mnt/nas" })[name] };
  assert.deepEqual(await waysOf(elsewhere, ["/mnt/nas/obs-studio/global.ini"]), ["async"]);
  assert.deepEqual(await waysOf({ ...LINUX, home: null }, [`${folder}/global.ini`]), ["async"]);
  assert.deepEqual(
    await waysOf(windows(), [
      "C:\\Users\\anna\\AppData\\Roaming\\obs-studio/global.ini",
      "C:\\Program Files\\obs-studio\\config\\obs-studio/global.ini",
      "C:\\Games\\OBS\\config\\obs-studio/global.ini",
      "E:\\OBS\\config\\obs-studio/global.ini",
    ]),
    ["sync", "sync", "async", "async"],
  );
  const away = windows({ appData: "\\\\server\\anna", programs: "D:\\Programs" });
  assert.deepEqual(
    await waysOf(away, [
      "\\\\server\\anna\\obs-studio/global.ini",
      "D:\\Programs\\obs-studio\\config\\obs-studio/global.ini",
    ]),
    ["async", "async"],
  );
});

Deno.test("a drive that sleeps is waited for half a second, not asked twice, and read once awake", async () => {
  using time = new FakeTime().install();
  const asked: string[] = [];
  let drive = Promise.withResolvers<string>();
  const readText = createSettingsReader(LINUX, {
    readTextSync: () => assert.fail("all else waits"),
    readText(path) {
      asked.push(path);
      return drive.promise;
    },
  });
  const path = "/media/stick/global.ini";
  const first = assert.rejects(readText(path), DeadlineError);
  await time.pass(500);
  await first;
  await assert.rejects(readText(path), DeadlineError);
  assert.deepEqual(asked, [path]);
  drive.resolve("late");
  await settle();
  drive = Promise.withResolvers();
  drive.resolve("now");
  assert.equal(await readText(path), "now");
  assert.equal(time.waiting, 0);
});

Deno.test("settings on a drive that does not answer are not there, and not damaged", async () => {
  const found = await findServerSettings(["/media/stick", "/cfg"], {
    readText: (path) =>
      path.startsWith("/media")
        ? Promise.reject(new DeadlineError("No answer"))
        : Promise.resolve("[OBSWebSocket]\nServerEnabled=true\nServerPort=4466\n"),
  });
  assert.deepEqual(found.servers.map(({ port }) => port), [4466]);
  assert.deepEqual(found.damaged, []);
});
