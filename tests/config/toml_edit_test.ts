import assert from "node:assert/strict";
import {
  removeTomlValue,
  setTomlValue,
  type TomlValue,
  tomlValue,
} from "../../sidecar/config/toml_edit.ts";
import { parse } from "smol-toml";

function set(toml: string, key: string, value: TomlValue): string {
  return setTomlValue(toml, { path: key.split("."), value });
}

Deno.test("replaces a value and nothing else", () => {
  const toml = "# a\n[engine]   # b\n  bridge_update_rate   =   250   # fast!\nx = 0x10\n";
  assert.equal(
    set(toml, "engine.bridge_update_rate", 300),
    "# a\n[engine]   # b\n  bridge_update_rate   =   300   # fast!\nx = 0x10\n",
  );
});

Deno.test("writes a new setting below the comment that shows it", () => {
  const toml = "[engine]\n# Help.\n# rate = 5\n\n# level = 1\n[obs]\n# rate = 7\n";
  assert.equal(
    set(toml, "engine.rate", 6),
    "[engine]\n# Help.\n# rate = 5\nrate = 6\n\n# level = 1\n[obs]\n# rate = 7\n",
  );
  assert.equal(removeTomlValue(set(toml, "engine.rate", 6), ["engine", "rate"]), toml);
  assert.equal(
    set(toml, "obs.rate", 6),
    "[engine]\n# Help.\n# rate = 5\n\n# level = 1\n[obs]\n# rate = 7\nrate = 6\n",
  );
});

Deno.test("does not take a line in a text for that comment", () => {
  const toml = "[a]\nx = '''\n# rate = 1\n'''\n";
  const changed = set(toml, "a.rate", 2);
  assert.ok(changed.startsWith(toml));
  assert.equal(JSON.stringify(parse(changed)), '{"a":{"x":"# rate = 1\\n","rate":2}}');
});

Deno.test("writes a new setting at the end of its section where no comment shows it", () => {
  assert.equal(set("[a]\nx = 1 # c\n\n[b]\n", "a.y", "z"), '[a]\nx = 1 # c\ny = "z"\n\n[b]\n');
  assert.equal(set("[a]\n\n[b]", "b.y", true), "[a]\n\n[b]\ny = true\n");
});

Deno.test("adds a section at the end", () => {
  assert.equal(set("[a]\nx = 1", "p.kick.y", 1), "[a]\nx = 1\n\n[p.kick]\ny = 1\n");
  assert.equal(set("", "a.y", 1), "[a]\ny = 1\n");
  assert.equal(set("\uFEFF", "a.y", 1), "\uFEFF\n[a]\ny = 1\n");
});

Deno.test("keeps to dots and inline tables where they are used", () => {
  for (
    const [toml, key, result] of [
      ["p.kick.a = 1 # c\n", "p.kick.b", "p.kick.a = 1 # c\np.kick.b = 2\n"],
      ["[p]\nkick.a = 1\n", "p.kick.b", "[p]\nkick.a = 1\nkick.b = 2\n"],
      ["[p]\nkick = { a = 1 }\n", "p.kick.b", "[p]\nkick = { a = 1, b = 2 }\n"],
      ["[p]\nkick = {} # c\n", "p.kick.b", "[p]\nkick = { b = 2 } # c\n"],
      ["p = { kick = { a = 1 } }\n", "p.twitch.b", "p = { kick = { a = 1 }, twitch.b = 2 }\n"],
      ["p = { kick = { a = 1 } }\n", "p.kick.a", "p = { kick = { a = 2 } }\n"],
      ["p.kick = { a = 1 }\n", "p.new.b", "p.kick = { a = 1 }\n\n[p.new]\nb = 2\n"],
    ] as const
  ) {
    assert.equal(set(toml, key, 2), result);
    parse(result);
  }
});

Deno.test("uses the file's own line ends", () => {
  const toml = "\uFEFF[a]\r\nx = 1\r\n";
  assert.equal(set(toml, "a.y", 2), "\uFEFF[a]\r\nx = 1\r\ny = 2\r\n");
  assert.equal(set(toml, "b.y", 2), "\uFEFF[a]\r\nx = 1\r\n\r\n[b]\r\ny = 2\r\n");
  assert.equal(removeTomlValue(toml, ["a", "x"]), "\uFEFF[a]\r\n");
  assert.equal(removeTomlValue(toml, ["a"]), "\uFEFF");
});

Deno.test("takes out a setting, a section, or a pair of an inline table", () => {
  const toml = "[a]\n# about x\nx = 1 # c\ny = 2\n[b.c]\nz = 3";
  assert.equal(removeTomlValue(toml, ["a", "x"]), "[a]\n# about x\ny = 2\n[b.c]\nz = 3");
  assert.equal(removeTomlValue(toml, ["b", "c"]), "[a]\n# about x\nx = 1 # c\ny = 2\n");
  assert.equal(removeTomlValue("a = { x = 1, y = 2 }\n", ["a", "x"]), "a = { y = 2 }\n");
  assert.equal(removeTomlValue("a = { x = 1, y = 2 }\n", ["a", "y"]), "a = { x = 1 }\n");
  assert.equal(removeTomlValue("a = { x = 1 }\n", ["a", "x"]), "a = {  }\n");
  assert.equal(removeTomlValue(toml, ["nowhere"]), toml);
});

Deno.test("writes any text so that it is read as it was", () => {
  for (const text of ['"', "\\", "\u007f", "ä€🎮", "a\tb\n", "'", "\u0000\u001f", "C:\\Users"]) {
    assert.equal(parse(`v = ${tomlValue(text)}`)["v"], text);
  }
});
