import { isLoopback } from "../net/loopback.ts";

/** Path of metrics below an OTLP address (OpenTelemetry protocol, "OTLP/HTTP Request"). */
const METRICS_PATH = "/v1/metrics";

/** A place that figures can be sent to. */
export interface MetricsPlace {
  url: URL;
  /** Host name or address, an IPv6 one without brackets. */
  host: string;
}

/**
 * Where an address that the user entered takes figures: its own `/v1/metrics`, or the address
 * itself if it ends so.
 * @returns what is wrong with the address and what to do, if anything is; without the address
 */
export function metricsPlace(address: string): MetricsPlace | string {
  const url = URL.parse(address.trim());
  if (url === null || !["http:", "https:"].includes(url.protocol) || url.hostname === "") {
    return "grafana.api_url is no address. Enter one such as " +
      "https://otlp-gateway-prod-eu-west-2.grafana.net/otlp.";
  }
  if (url.username !== "" || url.password !== "") {
    return "grafana.api_url holds a user name or password. Enter it without, and as " +
      "grafana.api_token INSTANCE:TOKEN.";
  }
  const host = url.hostname.replace(/^\[|\]$/g, "");
  if (url.protocol === "http:" && !isLoopback(host)) {
    return `Figures and token would go to ${host} unencrypted. Enter an address with https://.`;
  }
  const path = url.pathname.replace(/\/+$/, "");
  url.pathname = path.endsWith(METRICS_PATH) ? path : `${path}${METRICS_PATH}`;
  url.hash = "";
  return { url, host };
}
