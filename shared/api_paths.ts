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
  /** `/obs` and `/metrics`: tries a connection now and says how it went. */
  tests: "/api/v1/tests",
  /** The checks before a stream: the latest report, start and stop. `/runs` is earlier ones. */
  preflight: "/api/v1/preflight",
} as const;
