/// <reference lib="dom" />
import type { Giver } from "./models/sessions/session_page.ts";

/** How long a browser may take to fetch a file from the page, in milliseconds. */
const FETCHED_MS = 60_000;

/** Hands texts to the user of a browser. */
export const browserGiver: Giver = {
  save({ name, type, text }) {
    const url = URL.createObjectURL(new Blob([text], { type }));
    const link = document.createElement("a");
    link.href = url;
    link.download = name;
    link.click();
    setTimeout(() => URL.revokeObjectURL(url), FETCHED_MS);
  },
  async copy(text) {
    try {
      await navigator.clipboard.writeText(text);
      return true;
    } catch {
      return copyByCommand(text);
    }
  },
};

/** The way to copy where a dock has no permission for the clipboard. */
function copyByCommand(text: string): boolean {
  const area = document.createElement("textarea");
  area.value = text;
  area.className = "unseen";
  document.body.append(area);
  area.select();
  try {
    return document.execCommand("copy");
  } finally {
    area.remove();
  }
}
