import assert from "node:assert/strict";
import { signal } from "@preact/signals";
import type { ConfigEvent } from "../../shared/api.ts";
import { followTheme, type ThemePlace } from "../../dock/theme.ts";

/** The colours of a theme by their names: the dark ones, and what the light one has instead. */
async function palette(theme: "dark" | "light"): Promise<Map<string, string>> {
  const css = await Deno.readTextFile(new URL("../../dock/styles/theme.css", import.meta.url));
  const blocks = [...css.matchAll(/:root(\[data-theme="light"\])? \{([^}]*)\}/g)];
  const used = blocks.filter(([, light]) => theme === "light" || light === undefined);
  return new Map(
    used.flatMap(([, , block = ""]) =>
      [...block.matchAll(/--([\w-]+): (#[0-9a-f]{6});/g)].map(([, name = "", hex = ""]) =>
        [name, hex] as const
      )
    ),
  );
}

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

/** Texts, and what they stand on. */
const TEXTS: Record<string, string[]> = {
  text: [
    "window",
    "card",
    "raised",
    "navigation",
    "input",
    "input-focus",
    "primary",
    "verdict-good",
    "verdict-bad",
    "verdict-idle",
  ],
  quiet: ["window", "card", "raised", "navigation"],
  placeholder: ["input", "input-focus"],
  link: ["window", "card", "raised"],
  "on-primary": ["primary"],
  "on-danger": ["danger"],
  "on-warning": ["verdict-warning"],
  "good-text": ["card", "verdict-good"],
  "warning-text": ["card"],
  "bad-text": ["card"],
};

/** Edges and marks that a control or a state is known by, and what they stand on. */
const MARKS: Record<string, string[]> = {
  "input-line": ["card", "window"],
  "primary-line": ["card", "raised", "navigation"],
  good: ["card"],
  warning: ["card"],
  bad: ["card"],
};

for (const theme of ["dark", "light"] as const) {
  for (const [what, pairs, least] of [["text", TEXTS, 4.5], ["mark", MARKS, 3]] as const) {
    Deno.test(`every ${what} of the ${theme} theme has a contrast of ${least}`, async () => {
      const colours = await palette(theme);
      const colour = (name: string): string => {
        const hex = colours.get(name);
        assert.ok(hex, `--${name} is gone`);
        return hex;
      };
      const low = Object.entries(pairs).flatMap(([name, grounds]) =>
        grounds.flatMap((ground) => {
          const found = contrast(colour(name), colour(ground));
          return found >= least ? [] : [`${name} on ${ground}: ${found.toFixed(2)}`];
        })
      );
      assert.deepEqual(low, []);
    });
  }
}

Deno.test("the page takes the theme that the sidecar names, and begins with the last one", () => {
  const items = new Map<string, string>();
  const place = (): ThemePlace => ({
    document: { documentElement: { dataset: {} } },
    sessionStorage: {
      getItem: (key) => items.get(key) ?? null,
      setItem: (key, value) => items.set(key, value),
    },
  });
  const config = signal<ConfigEvent | null>(null);
  const first = place();
  const stop = followTheme({ config }, first);
  assert.equal(first.document.documentElement.dataset["theme"], undefined);
  config.value = { build: "source", tick_ms: 500, theme: "light", version: "v" };
  assert.equal(first.document.documentElement.dataset["theme"], "light");
  stop();
  const second = place();
  followTheme({ config: signal(null) }, second)();
  assert.equal(second.document.documentElement.dataset["theme"], "light");
});

Deno.test("a config event with the theme that is shown leaves the page's theme alone", () => {
  const themes: unknown[] = [];
  const dataset = new Proxy<DOMStringMap>({}, {
    set(target, name, value) {
      themes.push(value);
      return Reflect.set(target, name, value);
    },
  });
  const config = signal<ConfigEvent | null>(null);
  const stop = followTheme({ config }, {
    document: { documentElement: { dataset } },
    sessionStorage: { getItem: () => null, setItem: () => {} },
  });
  for (const version of ["v1", "v2"]) {
    config.value = { build: "source", tick_ms: 500, theme: "light", version };
  }
  assert.deepEqual(themes, ["light"]);
  stop();
});
