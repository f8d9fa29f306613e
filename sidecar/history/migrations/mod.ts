/** The steps from an empty database to today's, in order. A step that was released never changes. */
import { createTables } from "./001_create_tables.ts";
import { exportCursor } from "./002_export_cursor.ts";

/** SQL of each step; its number is its place, from 1. */
export const MIGRATIONS: readonly string[] = [createTables, exportCursor];
