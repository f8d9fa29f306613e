import assert from "node:assert/strict";
import { entryText } from "../../sidecar/autostart/entry_text.ts";
import { startCommand } from "../../sidecar/autostart/start_command.ts";

Deno.test("a package is started by its launcher, a checkout by Deno", () => {
  const places = { dataDir: null, deno: "/opt/d/deno", dist: "/a b/sidecar/dist/" };
  const unix = { ...places, os: "linux" } as const;
  assert.deepEqual(startCommand({ ...unix, exists: (path) => path === "/a b/obs-telemetry" }), [
    "/a b/obs-telemetry",
    "start",
  ]);
  assert.deepEqual(startCommand({ ...unix, dataDir: "/d", exists: () => false }), [
    ...["/usr/bin/env", "PATH=/opt/d:/usr/local/bin:/usr/bin:/bin", "/opt/d/deno", "run"],
    ...["-P=sidecar", "--v8-flags=--lite-mode,--single-threaded", "/a b/sidecar/dist/main.js"],
    ...["start", "--data-dir", "/d"],
  ]);
  const windows = {
    ...places,
    os: "windows",
    dist: "C:\\p\\sidecar\\dist\\",
    deno: "C:\\d\\deno.exe",
  } as const;
  const launcher = "C:\\p\\OBS Telemetry Bridge.exe";
  assert.deepEqual(startCommand({ ...windows, exists: (path) => path === launcher }), [
    launcher,
    "start",
  ]);
  assert.deepEqual(startCommand({ ...windows, exists: () => false }).slice(0, 4), [
    ...["conhost.exe", "--headless", "C:\\d\\deno.exe", "run"],
  ]);
});

Deno.test("Windows gets a command line within its limit", () => {
  const text = (...words: string[]) => entryText(words, { os: "windows" });
  assert.equal(
    text("C:\\My Files\\a.exe", "start", "--data-dir", "D:\\my data\\"),
    '"C:\\My Files\\a.exe" start --data-dir "D:\\my data\\\\"',
  );
  assert.equal(text("x".repeat(260)).length, 260);
  assert.throws(() => text("x".repeat(261)), /more than 260 characters; this one has 261/);
});

Deno.test("a desktop's entry quotes twice, and doubles percent signs", () => {
  const text = entryText(["/a b/$x", "100%", 'say "hi"', "\\"], { os: "linux" });
  assert.equal(
    /^Exec=(.*)$/m.exec(text)?.[1],
    '"/a b/\\\\$x" 100%% "say \\\\"hi\\\\"" "\\\\\\\\"',
  );
  assert.throws(() => entryText(["/a\nHidden=true"], { os: "linux" }), /control characters/);
});

Deno.test("macOS gets the words as XML", () => {
  const text = entryText(["/a & b/<c>", "start"], { os: "darwin" });
  assert.match(text, /<string>\/a &amp; b\/&lt;c&gt;<\/string>\n {4}<string>start<\/string>/);
});
