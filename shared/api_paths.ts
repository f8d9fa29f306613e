/** Paths of the API's resources. */
export const API_PATHS = {
  health: "/healthz",
  telemetry: "/api/v1/telemetry",
  events: "/api/v1/events",
  /** The settings; secrets only as whether they are set. */
  config: "/api/v1/config",
  /** What the vault holds; write-only. `/{id}` is one secret. */
  credentials: "/api/v1/credentials",
  /** One figure over time. */
  history: "/api/v1/history",
  /** Sessions, newest first. `/{id}` is one with its figures; `PATCH` changes its notes. */
  sessions: "/api/v1/sessions",
  /** Alerts that are or were, newest first. */
  alerts: "/api/v1/alerts",
  /** How the export of figures fares. */
  export: "/api/v1/export",
  /** `/obs`, `/metrics` and `/notify`: tries a connection now and says how it went. */
  tests: "/api/v1/tests",
  /** The checks before a stream: the latest report, start and stop. `/runs` is earlier ones. */
  preflight: "/api/v1/preflight",
  /** The latest snapshot for Prometheus and others who scrape. */
  metrics: "/metrics",
} as const;
