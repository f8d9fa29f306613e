import type { SettingProblem } from "../../../shared/api.ts";
import { labelOf } from "./setting.ts";

/** The sidecar's message with the setting's name as the form has it. */
export function worded({ key, message }: SettingProblem): string {
  const parts = (key ?? "").split(".");
  const last = parts.pop() ?? "";
  const place = `[${parts.join(".")}] ${last} `;
  return message.startsWith(place) ? `${labelOf(last)} ${message.slice(place.length)}` : message;
}
