import type { Write } from "./history_writer.ts";
import type { KeptRow } from "./row.ts";
import type { RowShape } from "./row_shape.ts";

/** A shape and how it is kept. */
export interface KnownShape {
  shape: RowShape;
  /** Its JSON. */
  text: string;
}

/** Adds a row. */
export function addRow({ shape, text }: KnownShape, { atMs, cells }: KeptRow): Write {
  const data = new TextEncoder().encode(JSON.stringify([atMs, ...cells]));
  return (database) => {
    const find = () => database.prepare("SELECT id FROM row_shapes WHERE shape = ?").get(text)?.id;
    let id = find();
    if (id === undefined) {
      database.prepare("INSERT INTO row_shapes (shape) VALUES (?)").run(text);
      id = find();
      const name = database.prepare("INSERT OR IGNORE INTO series_metrics (name) VALUES (?)");
      for (const { metric } of shape.ranges) name.run(metric);
    }
    database.prepare(
      "INSERT INTO telemetry_snapshots (timestamp, first_ms, shape, data) VALUES (?, ?, ?, ?)",
    ).run(Math.floor(atMs / 1000), atMs, id ?? null, data);
  };
}
