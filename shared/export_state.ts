/** Answer of `GET /api/v1/export`: how the export of figures fares. Times are Unix milliseconds. */
export interface ExportState {
  /**
   * `off`: not set up. `ok`: what is due is sent, or about to be. `waiting`: the backend does not
   * take figures now; they are sent again by themselves. `paused`: the user has to do something.
   */
  state: "off" | "ok" | "waiting" | "paused";
  /** The backend's host; null while it is not known. */
  host: string | null;
  /** When figures were last taken. */
  last_accepted: number | null;
  /** Rows of the history that wait; 0 while off. */
  backlog_rows: number;
  /** When the oldest row that waits is from. */
  oldest_waiting: number | null;
  /** Figures that the backend took since the export was first set up. */
  accepted: number;
  /** Figures that it did not take, their age apart. */
  refused: number;
  /** Figures that were older than it takes. */
  too_old: number;
  /** Rows of the history that were deleted for their age before they could be sent. */
  expired_rows: number;
  /** What last went wrong and what to do; null if nothing did since figures were last taken. */
  last_error: string | null;
}
