import assert from "node:assert/strict";
import { knownObsRoots } from "../../sidecar/setup/known_roots.ts";

function rootsWith(manifest: string | null): Promise<string[]> {
  return knownObsRoots({ os: "darwin", home: "/Users/anna", env: () => undefined }, {
    dataDir: "/data",
    readText(path) {
      assert.equal(path.replaceAll("\\", "/"), "/data/setup/manifest.json");
      return manifest === null
        ? Promise.reject(new Deno.errors.NotFound(path))
        : Promise.resolve(manifest);
    },
  });
}

const USUAL = "/Users/anna/Library/Application Support/obs-studio";

Deno.test("adds the folders that setup was given to the usual ones, each once", async () => {
  const changes = [{ root: "/stick/OBS/config/obs-studio" }, { root: USUAL }];
  assert.deepEqual(await rootsWith(JSON.stringify({ changes: [...changes, ...changes] })), [
    USUAL,
    "/stick/OBS/config/obs-studio",
  ]);
});

Deno.test("has the usual ones alone where setup's record is missing or none", async () => {
  for (const text of [null, "", "null", "[]", '{"changes":5}', '{"changes":[null,{"root":7}]}']) {
    assert.deepEqual(await rootsWith(text), [USUAL]);
  }
});
