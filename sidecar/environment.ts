/** The program that prints the machine's inventory, and what to give it. */
export interface InventoryCommand {
  command: string;
  args: string[];
}

/** What the sidecar needs to know of the process and machine it runs in; read by main.ts alone. */
export interface Environment {
  os: typeof Deno.build.os;
  pid: number;
  env(name: string): string | undefined;
  /** The user's home folder; null if unknown. */
  home: string | null;
  /** The machine's name. */
  hostName: string;
  /** Folder of the built sidecar and dock. */
  dist: URL;
  /** What prints the machine's inventory; null to go without. */
  inventoryCommand: InventoryCommand | null;
  print(line: string): void;
  printError(line: string): void;
  /** Calls `stop` when the user or the system wants the process to end; at most once. */
  onStop(stop: () => void): void;
}
