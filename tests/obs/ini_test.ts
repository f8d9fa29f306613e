import assert from "node:assert/strict";
import fc from "fast-check";
import { parseIni } from "../../sidecar/obs/ini.ts";

Deno.test("reads sections, keys and values", () => {
  const ini = parseIni("[General]\nName=My Profile\n\n[Video]\nBaseCX = 1920\n# BaseCX=1\n");
  assert.equal(ini.get("General")?.get("Name"), "My Profile");
  assert.equal(ini.get("Video")?.get("BaseCX"), "1920");
  assert.equal(ini.get("Video")?.size, 1);
});

Deno.test("reads Windows's byte order mark and line ends", () => {
  const ini = parseIni("\uFEFF[General]\r\nName=Spiele\r\n");
  assert.equal(ini.get("General")?.get("Name"), "Spiele");
});

Deno.test("undoes libobs's escapes", () => {
  const ini = parseIni("[Locations]\nProfiles=C:\\\\Users\\\\new\\nroom\n");
  assert.equal(ini.get("Locations")?.get("Profiles"), "C:\\Users\\new\nroom");
});

Deno.test("keeps what follows the first equals sign", () => {
  assert.equal(parseIni("[A]\nurl=http://x/?a=b\n").get("A")?.get("url"), "http://x/?a=b");
});

Deno.test("joins a section that comes twice and takes the last value of a key", () => {
  const ini = parseIni("[A]\nx=1\n[B]\n[A]\nx=2\ny=3\n");
  assert.deepEqual([...ini.get("A") ?? []], [["x", "2"], ["y", "3"]]);
});

Deno.test("passes over lines that are nothing", () => {
  const ini = parseIni("stray=1\n[A]\nnonsense\n=empty\nx=1\n[unclosed\n");
  assert.deepEqual([...ini.get("A") ?? []], [["x", "1"]]);
});

Deno.test("never fails, whatever the text", () => {
  const line = fc.oneof(fc.string(), fc.constantFrom("[A]", "a=b", "[", "=", "\\", "a=\\"));
  fc.assert(fc.property(fc.array(line), (lines) => {
    parseIni(lines.join("\n"));
  }));
});
