/** How wide text is in a terminal, and how it is made to fit. */
import assert from "node:assert/strict";
import fc from "fast-check";
import { columnsOf, cutToColumns, paddedTo, shortenedTo } from "../../sidecar/cli/text_columns.ts";

Deno.test("counts columns: wide characters two, marks on others none", () => {
  assert.deepEqual(
    ["Twitch", "配信", "한국", "ﾊﾝｶｸ", "e\u0301", "Kick 🎮", "☎\ufe0e", ""].map(columnsOf),
    [6, 4, 4, 4, 1, 7, 1, 0],
  );
  assert.equal(paddedTo("配信", 6), "配信  ");
});

Deno.test("shortens in the middle or at the end, and never parts a mark from its letter", () => {
  assert.equal(shortenedTo("Aitum Kick Vertical", 10), "Aitum…ical");
  assert.equal(shortenedTo("Twitch", 6), "Twitch");
  assert.equal(cutToColumns("配信の縦型", 6), "配信…");
  assert.equal(cutToColumns("cafe\u0301 au lait", 5), "cafe\u0301…");
});

Deno.test("what was shortened fits", () => {
  fc.assert(fc.property(
    fc.string({ unit: "grapheme", maxLength: 60 }),
    fc.integer({ min: 1, max: 40 }),
    (text, columns) => {
      assert.ok(columnsOf(shortenedTo(text, columns)) <= columns);
      assert.ok(columnsOf(cutToColumns(text, columns)) <= columns);
    },
  ));
});
