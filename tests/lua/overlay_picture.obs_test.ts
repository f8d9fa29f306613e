import assert from "node:assert/strict";
import type { Telemetry } from "../../shared/telemetry.ts";
import { counterpartTest, OBS, XVFB } from "../counterparts.ts";
import { until } from "../peers/until.ts";
import { disconnectedFixture, healthyFixture, troubledFixture } from "./bridge_fixture.ts";
import { busyBackground } from "./busy_background.ts";
import { type OverlayPeer, startOverlay } from "./overlay_peer.ts";

const ARTIFACTS = new URL("../artifacts/", import.meta.url).pathname;
const MARGIN = 24;

async function addBackground({ obs }: OverlayPeer): Promise<void> {
  const file = `${obs.home}/background.bmp`;
  await Deno.writeFile(file, busyBackground(1920, 1080));
  const { sceneItemId } = await obs.client.call("CreateInput", {
    sceneName: "Scene",
    inputName: "Game",
    inputKind: "image_source",
    inputSettings: { file },
  });
  await obs.client.call("SetSceneItemIndex", {
    sceneName: "Scene",
    sceneItemId,
    sceneItemIndex: 0,
  });
}

async function picture({ obs }: OverlayPeer, name?: string): Promise<string> {
  const { imageData } = await obs.client.call("GetSourceScreenshot", {
    sourceName: "Scene",
    imageFormat: "png",
  });
  if (name !== undefined) {
    const base64 = imageData.slice(imageData.indexOf(",") + 1);
    const bytes = Uint8Array.from(atob(base64), (character) => character.charCodeAt(0));
    await Deno.mkdir(ARTIFACTS, { recursive: true });
    await Deno.writeFile(`${ARTIFACTS}overlay_${name}.png`, bytes);
  }
  return imageData;
}

counterpartTest("the overlay fits a 1080p picture in every state", [OBS, XVFB], async () => {
  await using overlay = await startOverlay({ width: 1920, height: 1080 });
  const { client } = overlay.obs;
  await addBackground(overlay);
  const created = await overlay.item();
  assert.ok(created);
  const bare = await picture(overlay);
  await client.call("SetSceneItemEnabled", {
    sceneName: "Scene",
    sceneItemId: created.id,
    sceneItemEnabled: true,
  });
  const warning = troubledFixture();
  warning.health.overall = "warning";
  const states: [string, Telemetry | null, RegExp][] = [
    ["healthy", healthyFixture(), /HEALTHY/],
    ["critical", troubledFixture(), /CRITICAL/],
    ["warning", warning, /WARNING/],
    ["disconnected", disconnectedFixture(), /NOT CONNECTED/],
    ["stopped", null, /^TELEMETRY STOPPED at \d\d:\d\d:\d\d\n/],
  ];
  for (const [name, telemetry, pattern] of states) {
    if (telemetry === null) overlay.stopWriting();
    else overlay.keepWriting(telemetry);
    const rows = (await overlay.untilShown(pattern)).split("\n").length;
    const item = await until(async () => {
      const found = await overlay.item();
      if (found === undefined) return false;
      // What was shown before may still be there, with as many rows as it has.
      const rowPx = found.height / rows;
      if (rowPx > 24 && rowPx < 45) return found;
      throw new Error(`${name} has rows of ${rowPx} px`);
    }, { what: "the text is laid out" });
    assert.ok(item.width + 2 * MARGIN < 1920, `${name} is ${item.width} px wide`);
    assert.ok(item.height + 2 * MARGIN < 0.6 * 1080, `${name} is ${item.height} px high`);
    assert.notEqual(await picture(overlay, name), bare);
  }
});
