import { JSON_TYPE, type Template } from "./template.ts";

/** Of the body's form; rises when a field changes its meaning. */
const VERSION = 1;

/**
 * For a program of one's own:
 * `{version, streamer, state, at, alerts: [{id, severity, state, message, metric, value, since,
 * resolved_at, duration_ms, times}], more, lasting: {count, worst}}`. `state` is `firing` while an
 * alert lasts, of these or of those told before, `resolved` or `test`; `lasting`: how many others,
 * told before, last and the worst one's severity, or null; times are Unix milliseconds; `resolved_at` and `duration_ms` are null while
 * an alert lasts; `times`: how often it came since it was last told; `more`: alerts left out.
 */
export const json: Template = ({ kind, streamer, at, alerts, more, lasting }, url) => {
  const isFiring = more > 0 || lasting !== null || alerts.some(({ firing }) => firing);
  return {
    url,
    contentType: JSON_TYPE,
    body: JSON.stringify({
      version: VERSION,
      streamer,
      state: kind === "test" ? "test" : isFiring ? "firing" : "resolved",
      at,
      alerts: alerts.map(({ alert, firing, since, resolvedAt, lastedMs, times }) => ({
        id: alert.id,
        severity: alert.severity,
        state: firing ? "firing" : "resolved",
        message: alert.message,
        metric: alert.metric,
        value: alert.value,
        since,
        resolved_at: resolvedAt,
        duration_ms: lastedMs === null ? null : Math.round(lastedMs),
        times,
      })),
      more,
      lasting,
    }),
  };
};
