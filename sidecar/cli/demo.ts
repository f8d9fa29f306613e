import type { Command } from "./command.ts";
import { EXIT } from "./arguments.ts";
export const demo: Command = {
  name: "demo",
  help: "",
  flags: {},
  run: () => Promise.resolve(EXIT.ok),
};
