import assert from "node:assert/strict";
import { buildDock } from "../../dock/build.ts";

/** SPEC's promise. */
const MAX_GZIP_BYTES = 60 * 1024;

/** CSS that Chromium 103, inside OBS 28 to 30, does not know, with the version that brought it. */
const TOO_NEW: Record<string, RegExp> = {
  ":has() (105)": /:has\(/,
  "container queries (105)": /@container|container-(type|name)/,
  "range media queries (104)": /@media[^{]*[<>]/,
  "individual transforms (104)": /[;{\s](scale|rotate|translate)\s*:/,
  "dynamic viewport units (108)": /\d[dsl]v[hw]\b/,
  "color-mix (111)": /color-mix\(/,
  "oklch and lab colours (111)": /\b(oklch|oklab|lch|lab)\(/,
  "nesting (112)": /&/,
  "text-wrap (114)": /text-wrap/,
  "subgrid (117)": /subgrid/,
  "light-dark (123)": /light-dark\(/,
};

/** The dock's CSS as it is written, comments left out. */
async function sourceCss(): Promise<string> {
  const folder = new URL("../../dock/styles/", import.meta.url);
  const names = Array.from(Deno.readDirSync(folder), ({ name }) => name);
  const texts = await Promise.all(names.map((name) => Deno.readTextFile(new URL(name, folder))));
  return texts.join("").replace(/\/\*[^]*?\*\//g, "");
}

async function gzipSize(bytes: Uint8Array<ArrayBuffer>): Promise<number> {
  const zipped = new Blob([bytes]).stream().pipeThrough(new CompressionStream("gzip"));
  return (await new Response(zipped).arrayBuffer()).byteLength;
}

async function withDock(fn: (read: (name: string) => Promise<string>) => Promise<void>) {
  const folder = await Deno.makeTempDir();
  try {
    await buildDock({ outDir: folder });
    await fn((name) => Deno.readTextFile(`${folder}/${name}`));
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

Deno.test("builds a dock that is small and needs nothing that its CSP forbids", async () => {
  await withDock(async (read) => {
    const [html, code, css] = await Promise.all(["index.html", "main.js", "styles.css"].map(read));
    const all = new TextEncoder().encode(`${html}${code}${css}`);
    assert.ok(await gzipSize(all) <= MAX_GZIP_BYTES);
    assert.doesNotMatch(html ?? "", /<style|\sstyle=|\son\w+=|<script(?![^>]*\ssrc=)/);
    assert.doesNotMatch(`${code}${css}`, /sourceMappingURL|\beval\(|new Function\(/);
    assert.doesNotMatch(css ?? "", /@import|https?:|@font-face/);
  });
});

Deno.test("uses no CSS that OBS's oldest browser does not know", async () => {
  const css = await sourceCss();
  for (const [feature, pattern] of Object.entries(TOO_NEW)) {
    assert.doesNotMatch(css, pattern, feature);
  }
});

/** What Chromium 103 does not have of JavaScript's library, with the version that brought it. */
const TOO_NEW_CALLS: Record<string, RegExp> = {
  "AbortSignal.any (116)": /AbortSignal\.any\b/,
  "Array.fromAsync (121)": /Array\.fromAsync/,
  "copying array methods (110)": /\.(toSorted|toReversed|toSpliced)\(/,
  "groupBy (117)": /\.groupBy\(/,
  "isWellFormed (111)": /\.(is|to)WellFormed\b/,
  "Promise.withResolvers (119)": /withResolvers/,
  "URL.parse and URL.canParse (126, 120)": /URL\.(parse|canParse)\b/,
};

Deno.test("calls nothing that OBS's oldest browser does not have", async () => {
  await withDock(async (read) => {
    const code = await read("main.js");
    for (const [feature, pattern] of Object.entries(TOO_NEW_CALLS)) {
      assert.doesNotMatch(code, pattern, feature);
    }
  });
});
