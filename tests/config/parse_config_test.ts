import assert from "node:assert/strict";
import fc from "fast-check";
import { defaultConfig } from "../../shared/config.ts";
import { CONFIG_FIELDS } from "../../shared/config_fields.ts";
import { describeProblem, parseConfig } from "../../sidecar/config/parse_config.ts";

/** Errors and warnings as the user reads them. */
function told(toml: string): { errors: string[]; warnings: string[] } {
  const { errors, warnings } = parseConfig(toml);
  const describe = (problem: (typeof errors)[number]) => describeProblem("config.toml", problem);
  return { errors: errors.map(describe), warnings: warnings.map(describe) };
}

Deno.test("takes the user's settings and leaves the others at their defaults", () => {
  const { config } = parseConfig('[engine]\nbridge_update_rate = 250\n[obs]\nhost = "10.0.0.5"\n');
  const expected = defaultConfig();
  expected.engine.bridge_update_rate = 250;
  expected.obs.host = "10.0.0.5";
  assert.deepEqual(config, expected);
});

Deno.test("has the defaults that its users know", () => {
  const { engine, obs, api } = defaultConfig();
  assert.deepEqual(
    [engine.metrics_interval, engine.bridge_update_rate, engine.local_retention_hours],
    [5, 500, 24],
  );
  assert.deepEqual([engine.enable_gpu_metrics, engine.log_level], [true, "info"]);
  assert.deepEqual([engine.session_retention_days, engine.streamer_name], [90, null]);
  assert.deepEqual([obs.host, obs.port, api.port], ["localhost", null, 4477]);
});

Deno.test("tells of every problem with line, key, allowed range and value", () => {
  const { config } = parseConfig("[engine]\nbridge_update_rate = 50\n");
  assert.equal(config, null);
  assert.deepEqual(
    told(`# comment
[engine]
bridge_update_rate = 50
log_level = "loud"
enable_gpu_metrics = "yes"

[obs]
port = 65536
host = ""
[api]
port = 4477.5
`).errors,
    [
      "config.toml, line 3: [engine] bridge_update_rate must be a whole number from 100 to 5000, is 50.",
      'config.toml, line 4: [engine] log_level must be one of "trace", "debug", "info", "warn", "error", is "loud".',
      'config.toml, line 5: [engine] enable_gpu_metrics must be true or false, is "yes".',
      "config.toml, line 8: [obs] port must be a whole number from 1 to 65535, is 65536.",
      'config.toml, line 9: [obs] host must be a host name or address such as "10.0.0.5", without port or path, is empty.',
      "config.toml, line 11: [api] port must be a whole number from 1 to 65535, is 4477.5.",
    ],
  );
});

Deno.test("tells of a value that is no number as it stands", () => {
  const shown = (value: string) => told(`[api]\nport = ${value}\n`).errors[0]?.split("65535, ")[1];
  assert.equal(shown("nan"), "is NaN.");
  assert.equal(shown("-inf"), "is -Infinity.");
  assert.equal(shown("[1, 2]"), "which this list is not.");
  assert.equal(shown('{ a = "x" }'), "which this section is not.");
  assert.equal(shown("1979-05-27"), "which this date is not.");
});

Deno.test("repeats a wrong text only where it cannot well be a secret", () => {
  const remark = (line: string) =>
    told(line).errors[0]?.match(/(, is ".*"|, which .* not)\.$/)?.[1];
  assert.equal(remark('[engine]\nbridge_update_rate = "500ms"\n'), ', is "500ms"');
  assert.equal(remark('[grafana]\nprotocol = "http/xml"\n'), ', is "http/xml"');
  for (
    const line of [
      '[api]\nport = "hunter2"\n',
      '[api]\nport = "correcthorsebatterystaple"\n',
      '[engine]\nlog_level = "live_123_abc"\n',
      '[obs]\nhost = "my/password"\n',
      '[platforms.twitch]\ningest_url = "streamkey"\n',
    ]
  ) assert.equal(remark(line), ", which this text is not", line);
});

Deno.test("names the line of what is no TOML", () => {
  const { errors } = told("[engine]\nbridge_update_rate = \n");
  assert.equal(errors.length, 1);
  assert.match(errors[0] ?? "", /^config\.toml, line 2: .*\.$/);
  assert.equal(parseConfig("[engine\n").config, null);
  assert.equal(parseConfig("a = 1\na = 2\n").config, null);
});

Deno.test("reads a byte order mark and Windows's line ends, with the same line numbers", () => {
  const toml = "\uFEFF[engine]\r\nbridge_update_rate = 250\r\n\r\n[api]\r\nport = 0\r\n";
  assert.deepEqual(told(toml).errors, [
    "config.toml, line 5: [api] port must be a whole number from 1 to 65535, is 0.",
  ]);
  assert.equal(parseConfig(toml.replace("= 0", "= 5000")).config?.engine.bridge_update_rate, 250);
});

Deno.test("warns of a key that it does not know, names the nearest, and goes on", () => {
  const toml = "[engine]\nbridge_update_rat = 100\nnonsense_of_a_key = 1\n[obs]\nHost = 'x'\n";
  assert.deepEqual(told(toml).warnings, [
    "config.toml, line 2: [engine] bridge_update_rat is unknown (did you mean bridge_update_rate?) and is ignored.",
    "config.toml, line 3: [engine] nonsense_of_a_key is unknown and is ignored.",
    "config.toml, line 5: [obs] Host is unknown (did you mean host?) and is ignored.",
  ]);
  assert.deepEqual(parseConfig(toml).config, defaultConfig());
});

Deno.test("warns of a section that it does not know and of keys before the first one", () => {
  assert.deepEqual(told("bridge_update_rate = 100\n[engin]\nlog_level = 'warn'\n").warnings, [
    "config.toml, line 1: bridge_update_rate stands in no section and is ignored.",
    "config.toml, line 2: [engin] is unknown (did you mean engine?) and is ignored.",
  ]);
  assert.deepEqual(told("[a.b]\nx = 1\n").warnings, [
    "config.toml, line 1: [a] is unknown and is ignored.",
  ]);
});

Deno.test("takes a known section of the wrong kind for an error", () => {
  assert.deepEqual(told("engine = 5\n").errors, [
    "config.toml, line 1: engine must be a section: [engine], is 5.",
  ]);
  assert.equal(told("[[engine]]\n").errors.length, 1);
});

Deno.test("does not take the line of one section's key for another's", () => {
  const toml = "[obs]\nhost = 'x'\n[platforms.kick]\nport = 1\n[api] # here\nport = 0\n";
  assert.match(told(toml).errors[0] ?? "", /^config\.toml, line 6: \[api\] port/);
});

Deno.test("is not fooled by names that every object has", () => {
  for (const name of ["__proto__", "constructor", "toString", "hasOwnProperty"]) {
    const { errors, warnings } = told(`[engine]\n"${name}" = 1\n["${name}"]\nx = 1\n`);
    assert.deepEqual([errors.length, warnings.length], [0, 2], name);
  }
});

Deno.test("takes each setting's own default, and nothing of another type", () => {
  for (const [section, fields] of Object.entries(CONFIG_FIELDS)) {
    for (const [key, field] of Object.entries(fields)) {
      if (field.default !== null) {
        const { errors } = told(`[${section}]\n${key} = ${JSON.stringify(field.default)}\n`);
        assert.deepEqual(errors, []);
      }
      assert.equal(told(`[${section}]\n${key} = 1979-05-27\n`).errors.length, 1);
    }
  }
});

Deno.test("bears a file that is cut off at any place", () => {
  const toml =
    '[engine]\nbridge_update_rate = 250 # fast\nlog_level = "warn"\n[obs]\nport = 4466\n';
  for (let length = 0; length <= toml.length; length++) {
    const { config, errors } = parseConfig(toml.slice(0, length));
    assert.equal(config === null, errors.length > 0);
    for (const error of errors) assert.notEqual(error.line, null);
  }
});

Deno.test("bears any text", () => {
  fc.assert(fc.property(fc.string(), (text) => {
    parseConfig(text);
    parseConfig(`[engine]\nlog_level = ${text}`);
  }));
});

Deno.test("warns of errors that are reached before their warnings, and takes them", () => {
  const toml = "[alerts]\nfps_error = 96\nlost_frames_warning = 10\nbitrate_error = 50\n";
  assert.deepEqual(told(toml), {
    errors: [],
    warnings: [
      "config.toml, line 3: [alerts] lost_frames_error (5) is reached before lost_frames_warning " +
      "(10): the warning never shows. Give lost_frames_error a value above lost_frames_warning's.",
      "config.toml, line 2: [alerts] fps_error (96) is reached before fps_warning (95): the " +
      "warning never shows. Give fps_error a value below fps_warning's.",
    ],
  });
  assert.equal(parseConfig(toml).config?.alerts.fps_error, 96);
  assert.deepEqual(told("[alerts]\nfps_warning = 80\n").warnings, []);
});

Deno.test("takes hosts alone as OBS's host", () => {
  const errors = (host: string) => told(`[obs]\nhost = "${host}"\n`).errors.length;
  for (const host of ["my-pc", "my_pc.local.", "10.0.0.5", "fe80::1", "[::1]", "bücher.example"]) {
    assert.equal(errors(host), 0, host);
  }
  for (const host of ["my pc", "my-pc:4455", "ws://my-pc", "my-pc/obs", "a@my-pc", " my-pc"]) {
    assert.equal(errors(host), 1, host);
  }
});

Deno.test("repeats no text that stands where it should not: it may be a secret", () => {
  const secret = "canary-Pa55word";
  for (
    const toml of [
      `[platforms.twitch]\ningest_url = "rtmp://user:${secret}@host.example/app"\n`,
      `[platforms.twitch]\ningest_url = "live.twitch.tv/app/${secret}"\n`,
      `[obs]\nport = "${secret}"\n`,
      `[obs]\nport = ["${secret}"]\n`,
      `[engine]\nlog_level = "${secret}"\n`,
      `obs = "${secret}"\n`,
      `obs = { port = { password = "${secret}" } }\n`,
      `password = "${secret}"\n`,
      `[obs]\nhost = "${secret}\n`,
    ]
  ) {
    const { errors, warnings } = told(toml);
    assert.equal(errors.length + warnings.length, 1, toml);
    assert.ok(![...errors, ...warnings].join().includes(secret), toml);
  }
});

Deno.test("warns of a stream key in a platform's address, without repeating it", () => {
  const toml = '[platforms.twitch]\ningest_url = "rtmp://live.twitch.tv/app/live_123_KeyCanary"\n';
  const { errors, warnings } = told(toml);
  assert.deepEqual([errors.length, warnings.length], [0, 1]);
  assert.match(
    warnings[0] ?? "",
    /line 2: .* looks like a stream key.*vault set platforms\.twitch\.stream_key"\.$/,
  );
  assert.ok(!warnings.join().includes("KeyCanary"));
  assert.deepEqual(told(toml.replace("/live_123_KeyCanary", "/live_2")).warnings, []);
});
