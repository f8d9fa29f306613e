import assert from "node:assert/strict";
import { defaultConfig } from "../../shared/config.ts";
import { RULES } from "../../sidecar/health/rules.ts";
import { alertSettings } from "../../sidecar/health/thresholds.ts";

Deno.test("README's table of alerts has every rule with its default hold and recovery", async () => {
  const readme = await Deno.readTextFile(new URL("../../README.md", import.meta.url));
  const { paces } = alertSettings(defaultConfig().alerts);
  for (const { id, pace: named } of RULES) {
    const { holdMs, recoveryMs } = typeof named === "string" ? paces[named] : named;
    const row = readme.split("\n").find((line) => line.startsWith(`| \`${id}\``)) ?? "";
    const times = row.split("|").at(-2)?.trim();
    assert.equal(times, `${holdMs / 1000} s, ${recoveryMs / 1000} s`, id);
  }
});
