import type { Config } from "../../../shared/config.ts";
import { discord } from "./discord.ts";
import { json } from "./json.ts";
import { ntfy } from "./ntfy.ts";
import { pushover } from "./pushover.ts";
import { telegram } from "./telegram.ts";
import type { Template } from "./template.ts";

/** The services, by `[notify] template`. */
export const TEMPLATES: Readonly<Record<Config["notify"]["template"], Template>> = {
  discord,
  ntfy,
  telegram,
  pushover,
  json,
};
