import assert from "node:assert/strict";
import { lookOf, readObsTheme } from "../../sidecar/obs/theme.ts";
import { createDockTheme } from "../../sidecar/wiring/dock_theme.ts";

/** OBS's look as these files tell it. */
function look(files: Record<string, string>, roots = ["/obs"]): Promise<string> {
  return readObsTheme(roots, {
    readText(path) {
      const text = files[path];
      return text === undefined
        ? Promise.reject(new Deno.errors.NotFound(path))
        : Promise.resolve(text);
    },
  });
}

const LIGHT = "[Appearance]\nTheme=com.obsproject.Yami.Light\n";
const DARK = "[Appearance]\nTheme=com.obsproject.Yami.Original\n";

Deno.test("only a theme that says so is light", () => {
  const light = ["com.obsproject.Yami.Light", "Light", "com.example.light", "my-light", "MyLight"];
  for (const id of light) assert.equal(lookOf(id), "light", id);
  for (
    const id of [
      "com.obsproject.Yami.Original",
      "com.obsproject.Yami.Acri",
      "com.obsproject.System",
      "System",
      "Dark",
      "Moonlight",
      "com.example.Lightning",
      "com.example.highlighted",
      "",
    ]
  ) {
    assert.equal(lookOf(id), "dark", id);
  }
});

Deno.test("reads the theme where each version of OBS keeps it", async () => {
  assert.equal(await look({ "/obs/user.ini": `\uFEFF${LIGHT}`, "/obs/global.ini": "" }), "light");
  assert.equal(await look({ "/obs/global.ini": LIGHT }), "light");
  assert.equal(await look({ "/obs/global.ini": "[General]\nCurrentTheme3=Light\n" }), "light");
  assert.equal(await look({ "/obs/global.ini": "[General]\nCurrentTheme3=Dark\n" }), "dark");
  assert.equal(
    await look({ "/obs/global.ini": `${DARK}[General]\nCurrentTheme3=Light\n` }),
    "dark",
  );
  assert.equal(await look({ "/obs/user.ini": DARK, "/obs/global.ini": LIGHT }), "dark");
});

Deno.test("follows user.ini to where global.ini says it is, or else to its usual place", async () => {
  const moved = "[Locations]\nConfiguration=/other\n";
  assert.equal(
    await look({
      "/obs/global.ini": moved,
      "/other/obs-studio/user.ini": LIGHT,
      "/obs/user.ini": DARK,
    }),
    "light",
  );
  assert.equal(await look({ "/obs/global.ini": moved, "/obs/user.ini": LIGHT }), "light");
});

Deno.test("takes the first folder that names a theme, and dark where none does", async () => {
  const files = { "/a/global.ini": "[General]\n", "/b/user.ini": LIGHT, "/c/user.ini": DARK };
  assert.equal(await look(files, ["/none", "/a", "/b", "/c"]), "light");
  assert.equal(await look(files, ["/none", "/a"]), "dark");
  assert.equal(await look({ "/obs/user.ini": "\0\0[[[\n=\n[Appearance\nTheme" }), "dark");
});

Deno.test("the user's choice wins over OBS's theme, and changes are told once", async () => {
  let setting: "obs" | "dark" | "light" = "obs";
  let changes = 0;
  const reads: string[] = [];
  const theme = createDockTheme({
    setting: () => setting,
    roots: () => ["/obs"],
    readText(path) {
      reads.push(path);
      return path === "/obs/user.ini" ? Promise.resolve(LIGHT) : Promise.reject(new Error("no"));
    },
    onChange: () => changes++,
  });
  assert.deepEqual([theme.now, reads], ["dark", []]);
  await Promise.all([theme.refresh(), theme.refresh()]);
  assert.deepEqual([theme.now, changes], ["light", 1]);
  reads.length = 0;
  setting = "dark";
  await theme.refresh();
  assert.deepEqual([theme.now, changes, reads], ["dark", 2, []]);
});
