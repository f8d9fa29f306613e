/** All tables. Times are Unix milliseconds unless their name says otherwise. */
export const createTables = `
CREATE TABLE telemetry_snapshots (
  id INTEGER PRIMARY KEY AUTOINCREMENT,  -- of packed rows the last one's; theirs follow each other
  timestamp INTEGER NOT NULL,   -- Unix seconds of the latest row in it; not unique: a clock that is set back tells one twice
  first_ms INTEGER NOT NULL,    -- of the earliest row in it
  shape INTEGER NOT NULL,       -- row_shapes.id
  rows INTEGER,                 -- how many are packed into it; null: one, as it came
  data BLOB NOT NULL
);
CREATE INDEX idx_timestamp ON telemetry_snapshots(timestamp);

CREATE TABLE row_shapes (
  id INTEGER PRIMARY KEY,
  shape TEXT NOT NULL UNIQUE    -- JSON: what the figures of a row are
);

CREATE TABLE series_metrics (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  name TEXT NOT NULL UNIQUE     -- dotted path in bridge.json
);

CREATE TABLE metric_series (
  id INTEGER PRIMARY KEY,       -- series_metrics.id * 16777216 + hours since 1970
  data BLOB NOT NULL            -- that hour's figures at 10 s
);

CREATE TABLE stream_sessions (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  uid TEXT NOT NULL UNIQUE,
  evening_uid TEXT,             -- of an output: its evening's uid
  output_id TEXT,
  name TEXT NOT NULL,
  platform TEXT NOT NULL,       -- '' if unknown, and for an evening
  start_time INTEGER NOT NULL,
  end_time INTEGER,
  seen_time INTEGER NOT NULL,   -- when it was last seen live
  ended TEXT,
  total_frames INTEGER DEFAULT 0,
  dropped_frames INTEGER DEFAULT 0,
  avg_bitrate REAL DEFAULT 0.0,
  peak_bitrate REAL DEFAULT 0.0,
  avg_gpu_temp REAL DEFAULT 0.0,
  notes TEXT,
  data TEXT NOT NULL            -- JSON: the other figures, and what is needed to go on counting
);
CREATE INDEX idx_session_start ON stream_sessions(start_time);
CREATE INDEX idx_session_platform ON stream_sessions(platform);
CREATE INDEX idx_session_evening ON stream_sessions(evening_uid);

CREATE TABLE alerts (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  uid TEXT NOT NULL UNIQUE,
  alert_id TEXT NOT NULL,
  timestamp INTEGER NOT NULL,   -- when the trouble began
  fired_at INTEGER NOT NULL,
  resolved_at INTEGER,
  severity TEXT NOT NULL CHECK(severity IN ('info', 'warning', 'error', 'critical')),
  message TEXT NOT NULL,
  metric_name TEXT,
  metric_value REAL,
  resolved INTEGER NOT NULL DEFAULT 0
);
CREATE INDEX idx_alerts_timestamp ON alerts(timestamp);
CREATE INDEX idx_alerts_resolved ON alerts(resolved);
`;
