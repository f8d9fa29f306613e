import assert from "node:assert/strict";
import fc from "fast-check";
import { setIniValue, unsetIniValue } from "../../sidecar/setup/ini_edit.ts";
import {
  escapeValue,
  iniPlaces,
  itemOf,
  itemValue,
  unescapeValue,
} from "../../sidecar/setup/ini_places.ts";

const KEY = { section: "OBSWebSocket", key: "ServerEnabled" };

function valueIn(text: string, place = KEY): string | null {
  const item = itemOf(iniPlaces(text), place);
  return item === null ? null : itemValue(text, item);
}

/** Lines as they occur, and as they should not. */
const LINES = [
  "[OBSWebSocket]",
  "[OBSWebSocket",
  "[Basic Window] # [OBSWebSocket]",
  "[A][OBSWebSocket]",
  "[OBSWebSocket][B]",
  "[OBSWebSocket] ServerPort=4455",
  "[]",
  "[Ünï]",
  "ServerEnabled=false",
  "ServerEnabled = false",
  "  ServerEnabled=",
  "ServerEnabled",
  "=x",
  "# ServerEnabled=true",
  "path=C:\\\\a\\nb\\x",
  "",
  "\0",
  "\t",
];

const anyIni = fc.tuple(
  fc.constantFrom("", "\uFEFF"),
  fc.array(
    fc.tuple(
      fc.oneof(fc.constantFrom(...LINES), fc.string()),
      fc.constantFrom("\n", "\r\n", "\r", ""),
    ),
    { maxLength: 12 },
  ),
).map(([mark, lines]) => mark + lines.flat().join(""));

Deno.test("a value can be set in any file, libobs finds it, and it is taken out byte for byte", () => {
  fc.assert(
    fc.property(anyIni, fc.string().map(escapeValue), (before, value) => {
      const { text, undo } = setIniValue(before, { ...KEY, value });
      assert.equal(valueIn(text), unescapeValue(value).value);
      assert.equal(unsetIniValue(text, { ...KEY, undo }), before);
    }),
    { numRuns: 5000 },
  );
});

Deno.test("two values are set and taken out in reverse order, byte for byte", () => {
  const other = { section: "OBSWebSocket", key: "ServerPassword" };
  fc.assert(
    fc.property(anyIni, (before) => {
      const first = setIniValue(before, { ...KEY, value: "true" });
      const second = setIniValue(first.text, { ...other, value: "secret" });
      assert.equal(valueIn(second.text), "true");
      assert.equal(valueIn(second.text, other), "secret");
      const once = unsetIniValue(second.text, { ...other, undo: second.undo });
      assert.equal(unsetIniValue(once, { ...KEY, undo: first.undo }), before);
    }),
    { numRuns: 3000 },
  );
});

Deno.test("every other value stays what it was", () => {
  fc.assert(
    fc.property(anyIni, (before) => {
      const { text } = setIniValue(before, { ...KEY, value: "true" });
      const others = (from: string) =>
        iniPlaces(from).sections.filter((each) => each.items.length > 0).flatMap((
          { name, items },
        ) =>
          items.filter((item) => name !== KEY.section || item.name !== KEY.key)
            .filter((item) => item.nameEnd < item.end)
            .map((item) => [name, item.name, itemValue(from, item)])
        );
      assert.deepEqual(others(text), others(before));
    }),
    { numRuns: 3000 },
  );
});

Deno.test("a value is set and taken out in a real file that is cut at every byte", () => {
  const whole =
    "\uFEFF[General]\r\nLastVersion=486539264\r\n\r\n[OBSWebSocket]\r\nFirstLoad=false\r\n" +
    "ServerEnabled=false\r\n\r\n[BasicWindow]\r\ngeometry=AdnQywAD\r\n";
  for (let length = 0; length <= whole.length; length++) {
    const cut = whole.slice(0, length);
    const { text, undo } = setIniValue(cut, { ...KEY, value: "true" });
    assert.equal(valueIn(text), "true");
    assert.equal(unsetIniValue(text, { ...KEY, undo }), cut);
  }
});

Deno.test("reads the last section of a name, and names and values untrimmed, as libobs does", () => {
  const text = "[S]\na=1\n[S]\nb = 2 \nb=3\n";
  assert.equal(valueIn(text, { section: "S", key: "a" }), null);
  assert.equal(valueIn(text, { section: "S", key: "b " }), " 2 ");
  assert.equal(valueIn(text, { section: "S", key: "b" }), "3");
});

Deno.test("new lines have the file's own line ends", () => {
  assert.equal(
    setIniValue("\uFEFF[A]\r\nx=1\r\n", { ...KEY, value: "true" }).text,
    "\uFEFF[A]\r\nx=1\r\n\r\n[OBSWebSocket]\r\nServerEnabled=true\r\n",
  );
  assert.equal(
    setIniValue("[OBSWebSocket]\nx=1\n", { ...KEY, value: "true" }).text,
    "[OBSWebSocket]\nServerEnabled=true\nx=1\n",
  );
});
