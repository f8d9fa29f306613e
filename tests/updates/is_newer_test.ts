import assert from "node:assert/strict";
import { isNewer, isVersion } from "../../sidecar/updates/is_newer.ts";

/** semver.org, section 11, and more, in their order. */
const IN_ORDER = [
  "0.1.0",
  "0.2.0",
  "0.10.0",
  "1.0.0-alpha",
  "1.0.0-alpha.1",
  "1.0.0-alpha.beta",
  "1.0.0-beta",
  "1.0.0-beta.2",
  "1.0.0-beta.11",
  "1.0.0-rc.1",
  "1.0.0",
  "2.0.0",
];

Deno.test("versions come in the order of semver.org", () => {
  IN_ORDER.forEach((version, i) =>
    IN_ORDER.forEach((than, j) => {
      assert.equal(isNewer(version, than), i > j, `${version} after ${than}`);
    })
  );
  assert.equal(isNewer("1.0.0+b", "1.0.0+a"), false);
});

Deno.test("what is no version is not newer than one", () => {
  for (const text of ["", "1.0", "v1.0.0", "01.0.0", "1.0.0 ", "9".repeat(40), "1.0.0-<b>"]) {
    assert.equal(isVersion(text), false, text);
    assert.equal(isNewer(text, "0.1.0"), false, text);
  }
});
