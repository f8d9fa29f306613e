import assert from "node:assert/strict";
import {
  parseUnchangedFileMemory,
  releaseProgramPages,
} from "../../sidecar/linux/program_pages.ts";

/** One mapping as Linux 6 shows it in /proc/PID/smaps, with the lines that matter. */
function mapping(
  { flags = "r-xp", path = "/usr/bin/deno", rss = 800, anonymous = 0, swap = 0 } = {},
): string {
  return `563988000000-563988100000 ${flags} 01b8e000 fe:00 1499138      ${path}\n` +
    `Size:    1000 kB\nRss:     ${rss} kB\nAnonymous:     ${anonymous} kB\n` +
    `Swap:    ${swap} kB\nVmFlags: rd ex mr mw me sd \n`;
}

const RANGE = { start: 0x563988000000n, end: 0x563988100000n };

Deno.test("finds read-only parts of program files of which pages are in memory", () => {
  assert.deepEqual(parseUnchangedFileMemory(mapping() + mapping({ flags: "r--p" })), [
    RANGE,
    RANGE,
  ]);
});

Deno.test("leaves alone whatever was or could be written, and what is no file", () => {
  for (
    const changes of [
      { flags: "rw-p" },
      { flags: "r-xs" },
      { anonymous: 4 },
      { swap: 4 },
      { rss: 0 },
      { path: "[heap]" },
      { path: "" },
    ]
  ) assert.deepEqual(parseUnchangedFileMemory(mapping(changes)), [], JSON.stringify(changes));
});

Deno.test("finds nothing in text that is none of the kernel's", () => {
  for (const text of ["", "nonsense", "1-2 r-xp", mapping().slice(0, 90)]) {
    assert.deepEqual(parseUnchangedFileMemory(text), []);
  }
});

Deno.test("gives back exactly those parts", () => {
  const dropped: { start: bigint; end: bigint }[] = [];
  releaseProgramPages({
    readText: (path) => {
      assert.equal(path, "/proc/self/smaps");
      return mapping({ flags: "rw-p" }) + mapping() + mapping({ anonymous: 8 });
    },
    dropPages: (start, end) => dropped.push({ start, end }),
  });
  assert.deepEqual(dropped, [RANGE]);
});
