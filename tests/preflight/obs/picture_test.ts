import assert from "node:assert/strict";
import { dataUrlBytes, decodeBmp, type Pixels } from "../../../sidecar/preflight/obs/bmp.ts";
import { judgePicture, readScreenshot } from "../../../sidecar/preflight/obs/picture.ts";
import {
  motionOf,
  readItems,
  readSceneSources,
} from "../../../sidecar/preflight/obs/scene_sources.ts";
import { answered, context, fakeObs, REFUSED } from "./obs_fixture.ts";

/** A BMP of 2 × 2: red and green above, blue and white below. */
function bmp(bits: 24 | 32, { topDown = false }: { topDown?: boolean } = {}): Uint8Array {
  const above = [[0, 0, 255], [0, 255, 0]];
  const below = [[255, 0, 0], [255, 255, 255]];
  const rows = topDown ? [above, below] : [below, above];
  const row = (pixels: number[][]) =>
    bits === 24 ? [...pixels.flat(), 0, 0] : pixels.flatMap((bgr) => [...bgr, 255]);
  const bytes = new Uint8Array([...new Uint8Array(54), ...rows.flatMap(row)]);
  const view = new DataView(bytes.buffer);
  bytes.set([0x42, 0x4d]);
  view.setUint32(10, 54, true);
  view.setUint32(14, 40, true);
  view.setInt32(18, 2, true);
  view.setInt32(22, topDown ? -2 : 2, true);
  view.setUint16(28, bits, true);
  return bytes;
}

const RGB = [255, 0, 0, 0, 255, 0, 0, 0, 255, 255, 255, 255];

Deno.test("reads BMPs of 24 and 32 bits from either end", () => {
  for (const bits of [24, 32] as const) {
    for (const topDown of [false, true]) {
      const picture = decodeBmp(bmp(bits, { topDown }));
      assert.deepEqual([picture?.width, picture?.height, [...picture?.rgb ?? []]], [2, 2, RGB]);
    }
  }
});

Deno.test("takes nothing for a picture that is cut, empty, huge or of another kind", () => {
  const whole = bmp(32);
  for (let length = 0; length < whole.length; length++) {
    assert.equal(decodeBmp(whole.subarray(0, length)), null);
  }
  const changed = (change: (view: DataView) => void) => {
    const copy = whole.slice();
    change(new DataView(copy.buffer));
    return decodeBmp(copy);
  };
  assert.equal(changed((view) => view.setUint16(28, 8, true)), null);
  assert.equal(changed((view) => view.setUint32(30, 1, true)), null);
  assert.equal(changed((view) => view.setInt32(18, 0x7fffffff, true)), null);
  assert.equal(changed((view) => view.setInt32(22, -0x80000000, true)), null);
  assert.equal(changed((view) => view.setUint32(10, 0xffffffff, true)), null);
  assert.equal(dataUrlBytes("data:image/png;base64,AAAA"), null);
  assert.equal(dataUrlBytes("data:image/bmp;base64,*"), null);
});

Deno.test("reads a screenshot from its data URL, in lines or not", () => {
  const text = bmp(32).toBase64();
  const url = `data:image/bmp;base64,${text.slice(0, 40)}\n${text.slice(40)}`;
  assert.deepEqual([...readScreenshot(answered({ imageData: url }))?.rgb ?? []], RGB);
  assert.equal(readScreenshot(REFUSED), null);
});

function plain(...values: number[]): Pixels {
  return { width: values.length, height: 1, rgb: new Uint8Array(values.flatMap((v) => [v, v, v])) };
}

function judge(
  first: Pixels | null,
  second: Pixels | null,
  sources: Parameters<typeof judgePicture>[1]["sources"] = [],
) {
  return judgePicture("Live", { first, second, sources });
}

const CAMERA = { name: "Camera", motion: "always" } as const;
const DISPLAY = { name: "Display", motion: "maybe" } as const;

Deno.test("a black scene is a warning, and says so if it is empty", () => {
  const empty = judge(plain(0, 16), plain(0, 16));
  assert.deepEqual([empty.status, empty.seen], [
    "warning",
    'The scene "Live" is black: it is empty.',
  ]);
  const game = judge(plain(0, 16), plain(0, 3), [CAMERA]);
  assert.deepEqual([game.status, game.seen], ["warning", 'The scene "Live" is black.']);
  assert.equal(judge(plain(0, 17), plain(0, 17)).status, "pass");
});

Deno.test("a picture that stands still is a warning only with something that always moves", () => {
  const still = judge(plain(50), plain(50), [CAMERA, DISPLAY]);
  assert.equal(still.status, "warning");
  assert.equal(still.seen, 'The scene "Live" stands still, with "Camera" in it.');
  assert.match(judge(plain(50), plain(50), [DISPLAY]).seen, /if "Display" should show something/);
  assert.deepEqual(judge(plain(50), plain(50)).status, "pass");
  assert.match(judge(plain(50), plain(51), [CAMERA]).seen, /a moving picture/);
});

Deno.test("without pictures nothing can be said", () => {
  assert.equal(judge(null, plain(1)).status, "skipped");
});

Deno.test("knows what moves", () => {
  assert.equal(motionOf("game_capture"), "always");
  assert.equal(motionOf("v4l2_input"), "always");
  assert.equal(motionOf("monitor_capture"), "maybe");
  assert.equal(motionOf("xshm_input"), "maybe");
  assert.equal(motionOf("wasapi_input_capture"), "never");
  assert.equal(motionOf("color_source_v3"), "never");
});

Deno.test("looks into groups and scenes, once each, and past hidden items", async () => {
  const item = (sourceName: string, more: Record<string, unknown>) => ({ sourceName, ...more });
  const { sources, inner } = readItems([answered({
    sceneItems: [
      item("Camera", { inputKind: "v4l2_input", sceneItemEnabled: true }),
      item("Hidden", { inputKind: "game_capture", sceneItemEnabled: false }),
      item("Group", { inputKind: null, isGroup: true }),
      item("Scene 2", { inputKind: null, isGroup: null }),
    ],
  })]);
  assert.deepEqual(sources.map(({ name }) => name), ["Camera"]);
  assert.deepEqual(inner.map(({ requestType }) => requestType), [
    "GetGroupSceneItemList",
    "GetSceneItemList",
  ]);
  const round = answered({ sceneItems: [item("Live", {}), item("Cam", { inputKind: "image" })] });
  const obs = fakeObs({ GetSceneItemList: round });
  const found = await readSceneSources(obs, { scene: "Other", signal: context().signal });
  assert.deepEqual(found.map(({ name }) => name), ["Cam"]);
});
