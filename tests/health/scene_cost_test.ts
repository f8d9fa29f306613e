import assert from "node:assert/strict";
import { SceneCost } from "../../sidecar/health/scene_cost.ts";

/** What is left of late frames, of moments of scene and frames since OBS began to count. */
function without(...moments: [atMs: number, scene: string | null, late: number | null][]) {
  const cost = new SceneCost();
  return moments.map(([atMs, scene, late]) => cost.without({ scene, late, fps: 60 }, atMs));
}

Deno.test("leaves out what a change of scene costs within a second, and nothing after", () => {
  assert.deepEqual(
    without([0, "Game", 5], [500, "Chat", 9], [1000, "Chat", 12], [1500, "Chat", 14], [
      2000,
      "Chat",
      20,
    ]),
    [5, 5, 5, 5, 11],
  );
});

Deno.test("a change costs half a second's frames at most: a scene that is too heavy is trouble", () => {
  assert.deepEqual(without([0, "Game", 0], [500, "Heavy", 25], [1000, "Heavy", 50]), [0, 0, 20]);
});

Deno.test("the first scene that is seen is no change", () => {
  assert.deepEqual(without([0, null, 0], [500, "Game", 9], [1000, "Game", 12]), [0, 9, 12]);
});

Deno.test("counts anew where OBS does, and knows nothing where OBS tells nothing", () => {
  const lates = without([0, "Game", 50], [500, "Chat", 60], [1000, "Chat", 3], [
    1500,
    "Chat",
    null,
  ]);
  assert.deepEqual(lates, [50, 50, 3, null]);
});
