/** Compares all that a backend stored with the history's rows. */
import assert from "node:assert/strict";
import type { HistoryRow } from "../../sidecar/history/row.ts";
import { OTLP_METRICS } from "../../sidecar/otlp/otlp_metrics.ts";
import { prometheusLabel, prometheusName } from "../../sidecar/otlp/prometheus_name.ts";
import type { StoredSeries } from "./stored_series.ts";

/** Labels that every series has, and those that the store makes of the resource. */
const COMMON = /^(__name__|streamer|streamer_id|service_.*|host_name|os_type|deployment_.*)$/;
/** Metrics that are no figures of a row. */
const BESIDE_ROWS = new Set(["obs.alerts.firing", "obs.session.active"]);

function keyOf(name: string, labels: Readonly<Record<string, string>>): string {
  const own = Object.entries(labels).filter(([label]) => !COMMON.test(label)).toSorted();
  return JSON.stringify([name, own]);
}

/**
 * Asserts that each figure of the rows that were sent is stored under its name and labels, with its
 * time and value, and that nothing else is.
 * @returns names of the metrics that were compared
 */
export function assertAllArrived(
  stored: readonly StoredSeries[],
  rows: readonly HistoryRow[],
): Set<string> {
  const values = new Map<string, Map<number, number>>();
  for (const { labels, atMs, values: each } of stored) {
    const key = keyOf(labels.__name__ ?? "", labels);
    assert.ok(!values.has(key), `${key} is there twice`);
    values.set(key, new Map(atMs.map((time, i) => [time, each[i] ?? NaN])));
  }
  const sent = new Set(stored.flatMap(({ atMs }) => atMs));
  const compared = new Set<string>();
  for (const row of rows.filter(({ written_at_ms }) => sent.has(written_at_ms))) {
    for (const metric of OTLP_METRICS.filter(({ name }) => !BESIDE_ROWS.has(name))) {
      for (
        const { value, attributes } of metric.read({ ...row, firing: null, sessionStartMs: null })
      ) {
        const labels = Object.fromEntries(
          Object.entries(attributes).map(([name, text]) => [prometheusLabel(name), text]),
        );
        const key = keyOf(prometheusName(metric), labels);
        assert.equal(values.get(key)?.get(row.written_at_ms), value, key);
        values.get(key)?.delete(row.written_at_ms);
        compared.add(metric.name);
      }
    }
  }
  const beside = OTLP_METRICS.filter(({ name }) => BESIDE_ROWS.has(name)).map(prometheusName);
  for (const [key, left] of values) {
    if (!beside.some((name) => key.startsWith(`["${name}"`))) assert.equal(left.size, 0, key);
  }
  return compared;
}
