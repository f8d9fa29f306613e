/** The user's terminal. */
export interface SetupTerminal {
  isTerminal(): boolean;
  /** One line; null if the user wants to end. */
  ask(question: string): string | null;
}

/** What the user chose. */
export interface SetupOptions {
  /** The data directory, as a whole path. */
  dataDir: string;
  port: number | null;
  /** The only folder to look at; null for all usual ones. */
  obs: string | null;
  /** Names of scene collections; empty for the current ones. */
  collections: readonly string[];
  /** Whether the sidecar shall start with OBS; at a terminal the user is asked. */
  startWithObs: boolean;
  isDryRun: boolean;
  undo: boolean;
  yes: boolean;
}
