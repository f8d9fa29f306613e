import assert from "node:assert/strict";
import { findingsBlock, mergeResults, missingBlock } from "./results_file.ts";
import type { Row } from "./section.ts";

const NAMES = ["first", "second", "third"];

function row(changes: Partial<Row> = {}): Row {
  return {
    what: "a write",
    promise: "< 2 ms",
    kept: true,
    measured: "1 ms",
    baseline: "0.9 ms",
    runs: "5000",
    ...changes,
  };
}

Deno.test("a run of one section leaves the other sections as they were", () => {
  const before = mergeResults("", {
    blocks: [{ name: "first", text: "old one" }, { name: "second", text: "old two" }],
    names: NAMES,
  });
  const after = mergeResults(before, {
    blocks: [{ name: "second", text: "new two" }],
    names: NAMES,
  });
  assert.equal(after, before.replace("old two", "new two"));
});

Deno.test("sections stand in their order, however they were run", () => {
  let file = "";
  for (const name of ["third", "first", "second"]) {
    file = mergeResults(file, { blocks: [{ name, text: `of ${name}` }], names: NAMES });
  }
  assert.deepEqual([...file.matchAll(/^## (.+)$/gm)].map(([, name]) => name), NAMES);
});

Deno.test("writing the same results again changes nothing", () => {
  const block = findingsBlock({ name: "first", title: "First" }, {
    rows: [row()],
    notes: ["A note.", "Another."],
    run: "today",
  });
  const once = mergeResults("", { blocks: [block], names: NAMES });
  assert.equal(mergeResults(once, { blocks: [block], names: NAMES }), once);
  assert.equal(mergeResults(once, { blocks: [], names: NAMES }), once);
});

Deno.test("the block of a section that no longer exists is dropped", () => {
  const file = mergeResults("", { blocks: [{ name: "old", text: "x" }], names: ["old", "first"] });
  assert.match(file, /^## old$/m);
  assert.doesNotMatch(mergeResults(file, { blocks: [], names: ["first"] }), /^## old$/m);
});

Deno.test("a row says whether its promise was kept, and stays silent without one", () => {
  const { text } = findingsBlock({ name: "first", title: "First" }, {
    rows: [row(), row({ kept: false }), row({ promise: "", kept: null, baseline: "" })],
    notes: [],
    run: "today",
  });
  assert.deepEqual(text.split("\n").slice(-3), [
    "| a write | < 2 ms: kept | 1 ms | 0.9 ms | 5000 |",
    "| a write | < 2 ms: **missed** | 1 ms | 0.9 ms | 5000 |",
    "| a write | – | 1 ms | – | 5000 |",
  ]);
});

Deno.test("a cell can break neither its row nor its table", () => {
  const { text } = findingsBlock({ name: "first", title: "First" }, {
    rows: [row({ what: "a | b\nc" })],
    notes: [],
    run: "today",
  });
  assert.match(text, /^\| a \\\| b c \| < 2 ms: kept \|/m);
});

Deno.test("a section that could not be measured says why", () => {
  const { text } = missingBlock({ name: "first", title: "First" }, {
    reason: "OBS Studio is missing",
    run: "today",
  });
  assert.equal(text, "First\n\ntoday\n\nNot measured: OBS Studio is missing.");
});
