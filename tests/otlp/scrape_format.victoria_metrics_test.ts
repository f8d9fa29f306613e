import assert from "node:assert/strict";
import { PROMETHEUS_TEXT_TYPE } from "../../sidecar/otlp/prometheus_text.ts";
import { openDatabase } from "../../sidecar/history/database.ts";
import { createScrapeFormat } from "../../sidecar/otlp/scrape_format.ts";
import { startApi } from "../api/api_fixture.ts";
import { exampleTelemetry } from "../api/example_telemetry.ts";
import { APT, counterpartTest } from "../counterparts.ts";
import { promtool } from "../peers/promtool.ts";
import { until } from "../peers/until.ts";
import { startVictoriaMetrics } from "../peers/victoria_metrics.ts";
import { parseExposition } from "./prometheus_parser.ts";

const format = createScrapeFormat({
  streamer: () => ({ name: 'Mia "M" \\ Ö', id: "5f0c" }),
  database: openDatabase(":memory:"),
});

counterpartTest("promtool reads what is scraped and has nothing to say to it", [APT], async () => {
  const { code, output } = await promtool(["check", "metrics"], {
    input: format.text(exampleTelemetry()),
  });
  assert.deepEqual({ code, output }, { code: 0, output: "" });
});

counterpartTest("VictoriaMetrics scrapes /metrics with the API's token", [APT], async () => {
  await using api = await startApi({ scrapeFormat: () => Promise.resolve(format) });
  const answer = await api.get("/metrics");
  assert.equal(answer.headers.get("content-type"), PROMETHEUS_TEXT_TYPE);
  const { samples } = parseExposition(await answer.text());
  const config = await Deno.makeTempFile({ suffix: ".yaml" });
  try {
    await Deno.writeTextFile(
      config,
      `scrape_configs:
  - job_name: obs
    scrape_interval: 1s
    authorization: { credentials_file: "${api.tokenPath}" }
    static_configs: [{ targets: ["127.0.0.1:${api.port}"] }]
`,
    );
    await using store = await startVictoriaMetrics({ args: [`-promscrape.config=${config}`] });
    const found = await until(async () => {
      await store.flush();
      const series = await store.query('{streamer_id="5f0c"}', { atS: Date.now() / 1000 });
      return series.length > 0 && series;
    }, { what: "VictoriaMetrics has scraped" });
    for (const { name, labels, value } of samples) {
      const series = found.find((each) =>
        each.labels["__name__"] === name &&
        Object.entries(labels).every(([label, text]) => each.labels[label] === text)
      );
      assert.equal(series?.values[0]?.[1], value, `${name} ${JSON.stringify(labels)}`);
    }
  } finally {
    await Deno.remove(config);
  }
});
