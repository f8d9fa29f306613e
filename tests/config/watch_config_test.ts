import assert from "node:assert/strict";
import { dirname } from "node:path";
import type { Config } from "../../shared/config.ts";
import { openConfig } from "../../sidecar/config/load_config.ts";
import { readConfig, saveConfig } from "../../sidecar/config/save_config.ts";
import {
  type ConfigChange,
  type ConfigWatch,
  watchConfig,
} from "../../sidecar/config/watch_config.ts";
import { followFile } from "../../sidecar/files/follow_file.ts";
import { createHeartbeat } from "../../sidecar/time/heartbeat.ts";
import { FakeTime, settle } from "../fake_time.ts";
import { keptLog } from "../log_lines.ts";
import { until } from "../peers/until.ts";

const FIRST = "# mine\n[engine]\nbridge_update_rate = 500\n[api]\nport = 5000\n";
const rate = (ms: number) => FIRST.replace("500", String(ms));

interface Change {
  config: Config;
  changed: readonly string[];
}

type Follow = (path: string, options: { onNotice(): void }) => Disposable;

/** Looks at the file far more often than a sidecar does, so that nobody waits for a test. */
const followClosely: Follow = (path, { onNotice }) =>
  followFile(path, { onNotice, heartbeat: createHeartbeat({ everyMs: 5, log: keptLog().log }) });

/** A watched config.toml, with real notices and real time. */
class Rig implements AsyncDisposable {
  readonly changes: Change[] = [];
  readonly lines: string[];
  readonly #watch: ConfigWatch;

  private constructor(
    readonly path: string,
    { watch, lines, changes }: { watch: ConfigWatch; lines: string[]; changes: Change[] },
  ) {
    this.#watch = watch;
    this.lines = lines;
    this.changes = changes;
  }

  static async start(
    { toml = FIRST, follow = followClosely }: { toml?: string; follow?: Follow } = {},
  ): Promise<Rig> {
    const path = `${await Deno.makeTempDir()}/config.toml`;
    await Deno.writeTextFile(path, toml);
    const { log, lines } = keptLog();
    const changes: Change[] = [];
    const loaded = await openConfig(path, { log });
    lines.length = 0;
    const onChange = (config: Config, { changed }: ConfigChange) => {
      if (changed.length > 0) changes.push({ config, changed });
    };
    const watch = watchConfig(path, { loaded, onChange, log, follow });
    return new Rig(path, { watch, lines, changes });
  }

  /** Waits until a rate is in force. */
  async untilRate(ms: number): Promise<void> {
    await until(() => this.changes.at(-1)?.config.engine.bridge_update_rate === ms, {
      what: `a rate of ${ms} is in force`,
    });
  }

  async untilTold(pattern: RegExp): Promise<void> {
    await until(() => this.lines.some((line) => pattern.test(line)), {
      what: `the log says ${pattern}`,
    });
  }

  async [Symbol.asyncDispose]() {
    await this.#watch.close();
    await Deno.remove(dirname(this.path), { recursive: true });
  }
}

/** How editors save: the same text by the same steps as theirs. */
const EDITORS: Record<string, (path: string, toml: string) => Promise<void>> = {
  "in place": (path, toml) => Deno.writeTextFile(path, toml),
  "in place, in two parts": async (path, toml) => {
    await Deno.writeTextFile(path, toml.slice(0, 20));
    await Deno.writeTextFile(path, toml.slice(20), { append: true });
  },
  "by a new file renamed over it": async (path, toml) => {
    await Deno.writeTextFile(`${path}.swp`, toml);
    await Deno.rename(`${path}.swp`, path);
  },
  "by renaming the old one away and writing anew": async (path, toml) => {
    await Deno.rename(path, `${path}~`);
    await Deno.writeTextFile(path, toml);
  },
  "by deleting it and writing anew": async (path, toml) => {
    await Deno.remove(path);
    await Deno.writeTextFile(path, toml);
  },
};

for (const [style, save] of Object.entries(EDITORS)) {
  Deno.test(`takes settings that an editor saves ${style}, time after time`, async () => {
    await using rig = await Rig.start();
    for (const ms of [250, 300, 350]) {
      await save(rig.path, rate(ms));
      await rig.untilRate(ms);
    }
    assert.deepEqual(rig.changes.map(({ changed }) => changed), [
      ["engine.bridge_update_rate"],
      ["engine.bridge_update_rate"],
      ["engine.bridge_update_rate"],
    ]);
    assert.deepEqual(rig.changes.map(({ config }) => config.api.port), [5000, 5000, 5000]);
    assert.deepEqual(
      rig.lines.filter((line) =>
        !/^info: New settings .*: engine\.bridge_update_rate\.$/.test(line)
      ),
      [],
    );
  });
}

Deno.test({
  name: "follows a link that is put in the file's place",
  ignore: Deno.build.os === "windows",
  async fn() {
    await using rig = await Rig.start();
    const folder = await Deno.makeTempDir();
    try {
      for (const name of ["one.toml", "other.toml"]) {
        const real = `${folder}/${name}`;
        await Deno.writeTextFile(real, rate(250));
        await Deno.symlink(real, `${rig.path}.new`);
        await Deno.rename(`${rig.path}.new`, rig.path);
        await rig.untilRate(250);
        await Deno.writeTextFile(real, rate(300));
        await rig.untilRate(300);
      }
    } finally {
      await Deno.remove(folder, { recursive: true });
    }
  },
});

Deno.test("takes what was saved by saveConfig", async () => {
  await using rig = await Rig.start();
  const { version } = await readConfig(rig.path);
  const lock = `${rig.path}.lock`;
  await saveConfig(rig.path, { engine: { bridge_update_rate: 250 } }, { version, lock });
  await rig.untilRate(250);
});

Deno.test({
  name: "follows a link to a file in another folder",
  ignore: Deno.build.os === "windows",
  async fn() {
    const elsewhere = await Deno.makeTempDir();
    const real = `${elsewhere}/dotfile.toml`;
    await Deno.writeTextFile(real, FIRST);
    await using rig = await Rig.start({
      follow: (path, options) => {
        Deno.removeSync(path);
        Deno.symlinkSync(real, path);
        return followClosely(path, options);
      },
    });
    await Deno.writeTextFile(real, rate(250));
    await rig.untilRate(250);
    await Deno.remove(elsewhere, { recursive: true });
  },
});

Deno.test("takes a file at a sidecar's own pace", async () => {
  await using rig = await Rig.start({
    follow: (path, { onNotice }) =>
      followFile(path, { onNotice, heartbeat: createHeartbeat({ log: keptLog().log }) }),
  });
  await Deno.writeTextFile(rig.path, rate(250));
  await rig.untilRate(250);
});

Deno.test("keeps the last good settings while the file is wrong, and says why with the line", async () => {
  await using rig = await Rig.start();
  await Deno.writeTextFile(rig.path, rate(5));
  await rig.untilTold(/^error: .*line 3: \[engine\] bridge_update_rate must be .* is 5\.$/);
  await rig.untilTold(/^error: .* has errors: the last good settings stay in force/);
  await Deno.writeTextFile(rig.path, "[engine\n");
  await rig.untilTold(/^error: .*config\.toml, line 1: /);
  assert.deepEqual(rig.changes, []);
  await Deno.writeTextFile(rig.path, rate(250));
  await rig.untilRate(250);
});

Deno.test("says that the file is gone, keeps the settings, and takes the new one", async () => {
  await using rig = await Rig.start();
  await Deno.remove(rig.path);
  await rig.untilTold(/^error: .*config\.toml is gone: the settings stay as they are/);
  assert.deepEqual(rig.changes, []);
  await Deno.writeTextFile(rig.path, rate(250));
  await rig.untilRate(250);
});

Deno.test("warns of unknown settings once, not at every save", async () => {
  await using rig = await Rig.start();
  const unknown = "[engine]\nbridge_updat_rate = 1\n";
  await Deno.writeTextFile(rig.path, `${unknown}bridge_update_rate = 250\n`);
  await rig.untilRate(250);
  await Deno.writeTextFile(rig.path, `${unknown}bridge_update_rate = 300\n`);
  await rig.untilRate(300);
  assert.equal(rig.lines.filter((line) => line.startsWith("warn:")).length, 1);
});

/** A watch on fake time; the test tells it of changes. */
async function fakeRig(
  run: (rig: {
    time: FakeTime;
    path: string;
    lines: string[];
    rates: number[];
    notice(): void;
    /** Lets time pass, reads of the file included. */
    pass(ms: number): Promise<void>;
  }) => Promise<void>,
) {
  const path = `${await Deno.makeTempDir()}/config.toml`;
  await Deno.writeTextFile(path, FIRST);
  const { log, lines } = keptLog();
  const loaded = await openConfig(path, { log });
  using time = new FakeTime().install();
  const rates: number[] = [];
  let notice = () => {};
  const watch = watchConfig(path, {
    loaded,
    onChange: ({ engine }) => rates.push(engine.bridge_update_rate),
    log,
    clock: time,
    follow: (_path, { onNotice }) => {
      notice = onNotice;
      return { [Symbol.dispose]() {} };
    },
  });
  try {
    const pass = async (ms: number) => {
      for (let passed = 0; passed < ms; passed += 50) {
        await time.pass(Math.min(50, ms - passed));
        // What the watch does then: it reads the file and takes a digest of it.
        await readConfig(path).catch(() => {});
        await settle();
      }
    };
    await pass(100);
    await run({ time, path, lines, rates, notice: () => notice(), pass });
  } finally {
    await watch.close();
    await Deno.remove(dirname(path), { recursive: true });
  }
}

Deno.test("is never led astray by a file that is cut off at any byte while it is written", async () => {
  await fakeRig(async ({ path, lines, rates, notice, pass }) => {
    const full = new TextEncoder().encode(rate(250));
    for (let length = 0; length < full.length; length++) {
      await Deno.writeFile(path, full.subarray(0, length));
      notice();
      // The cut file is read, but before it counts as written there is more of it.
      await pass(100);
    }
    await Deno.writeFile(path, full);
    notice();
    await pass(200);
    assert.deepEqual(rates, [250]);
    assert.deepEqual(lines.filter((line) => !line.startsWith("info: New settings")), []);
  });
});

Deno.test("takes nothing of a file while it is written, although one notice in its midst is all", async () => {
  await fakeRig(async ({ path, lines, rates, notice, pass }) => {
    // More lines than before, and each piece is settings by itself: only that it grows tells.
    const full = rate(250).replace("[api]", `${"# a comment\n".repeat(60)}[api]`);
    using file = await Deno.open(path, { write: true, truncate: true });
    for (let at = 0; at < full.length; at += 10) {
      await file.write(new TextEncoder().encode(full.slice(at, at + 10)));
      if (at === 200) notice();
      await pass(20);
      if (at + 10 < full.length) assert.deepEqual(rates, [], `${at} bytes are written`);
    }
    await pass(200);
    assert.deepEqual(rates, [250]);
    assert.deepEqual(lines.map((line) => line.replace(/from .*:/, "from it:")), [
      "info: New settings from it: engine.bridge_update_rate.",
    ]);
  });
});

Deno.test("bears a file that stays cut off at any byte: told with its line, or taken as it is", async () => {
  await fakeRig(async ({ path, lines, rates, notice, pass }) => {
    const full = new TextEncoder().encode("[engine]\nbridge_update_rate = 250\n[api]\nport = 50\n");
    for (let length = 0; length <= full.length; length++) {
      lines.length = 0;
      rates.length = 0;
      await Deno.writeFile(path, full.subarray(0, length));
      notice();
      await pass(700);
      const errors = lines.filter((line) => line.startsWith("error:"));
      if (errors.length > 0) {
        assert.deepEqual(rates, [], `cut at ${length}`);
        assert.match(errors[0] ?? "", /config\.toml, line [1-4]: /);
      }
      for (const line of lines) assert.match(line, /^(error|warn|info): /);
    }
    assert.ok(rates.length <= 1);
  });
});

Deno.test("takes a file with fewer lines only when it stays so", async () => {
  await fakeRig(async ({ path, rates, notice, pass }) => {
    await Deno.writeTextFile(path, rate(250));
    notice();
    await pass(100);
    assert.deepEqual(rates, [250]);
    await Deno.writeTextFile(path, "");
    notice();
    await pass(400);
    assert.deepEqual(rates, [250]);
    await pass(300);
    assert.deepEqual(rates, [250, 500]);
  });
});

Deno.test("tells each problem once, however often the file is touched", async () => {
  await fakeRig(async ({ path, lines, notice, pass }) => {
    await Deno.writeTextFile(path, rate(1));
    for (let time = 0; time < 5; time++) {
      notice();
      await pass(800);
    }
    assert.equal(lines.length, 2);
    await Deno.remove(path);
    for (let time = 0; time < 5; time++) {
      notice();
      await pass(800);
    }
    assert.equal(lines.length, 3);
    assert.match(lines[2] ?? "", /is gone/);
  });
});
