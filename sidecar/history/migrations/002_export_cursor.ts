/** How far the figures are exported. One line; none before the export is first set up. */
export const exportCursor = `
CREATE TABLE export_cursor (
  id INTEGER PRIMARY KEY CHECK (id = 1),
  row_id INTEGER NOT NULL,      -- the last row that is done with
  position TEXT NOT NULL,       -- JSON: what is needed to go on choosing and counting from there
  accepted INTEGER NOT NULL,    -- figures, as the next two
  refused INTEGER NOT NULL,
  too_old INTEGER NOT NULL,
  expired INTEGER NOT NULL,     -- rows that were deleted before they were sent
  accepted_at INTEGER           -- Unix milliseconds of the last acceptance
);
`;
