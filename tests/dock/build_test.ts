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

/** Relative luminance of `#rrggbb` as WCAG 2.2 defines it. */
function luminance(hex: string): number {
  const [red = 0, green = 0, blue = 0] = [1, 3, 5].map((start) => {
    const value = parseInt(hex.slice(start, start + 2), 16) / 255;
    return value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}

function contrast(a: string, b: string): number {
  const [light = 0, dark = 0] = [luminance(a), luminance(b)].sort((x, y) => y - x);
  return (light + 0.05) / (dark + 0.05);
}

Deno.test("every text colour has a contrast of 4.5 to what it stands on", async () => {
  const css = await sourceCss();
  const colours = new Map(
    [...css.matchAll(/--([\w-]+): (#[0-9a-f]{6});/g)].map(([, name = "", hex = ""]) => [name, hex]),
  );
  const darkText = /\.verdict\.tone-warning \{[^}]*\bcolor: (#[0-9a-f]{6})/.exec(css)?.[1] ?? "";
  const pairs: [string, string[]][] = [
    ["text", ["window", "card", "primary", "verdict-good", "verdict-bad", "verdict-idle"]],
    ["quiet", ["window", "card"]],
    ["good-text", ["card", "verdict-good"]],
    ["warning-text", ["card"]],
    ["bad-text", ["card"]],
  ];
  const colour = (name: string): string => {
    const hex = colours.get(name);
    assert.ok(hex, `--${name} is gone`);
    return hex;
  };
  for (const [text, grounds] of pairs) {
    for (const ground of grounds) {
      const found = contrast(colour(text), colour(ground));
      assert.ok(found >= 4.5, `${text} on ${ground}: ${found.toFixed(2)}`);
    }
  }
  assert.ok(contrast(darkText, colour("verdict-warning")) >= 4.5);
});
