import { type ReadonlySignal, type Signal, signal } from "@preact/signals";

/** Pages of the dock, in the order of the navigation. */
export const PAGES = [
  { id: "live", title: "Live" },
  { id: "preflight", title: "Pre-flight" },
  { id: "sessions", title: "Sessions" },
  { id: "settings", title: "Settings" },
] as const;

/** A page of the dock. */
export type PageId = (typeof PAGES)[number]["id"];

/** Which page is shown. */
export interface Pages {
  current: ReadonlySignal<PageId>;
  /** Where the user wants to go while the page asks whether to leave; null else. */
  wanted: ReadonlySignal<PageId | null>;
  /** Goes to a page, or asks first. */
  go(page: PageId): void;
  /** Leaves for the wanted page. */
  leave(): void;
  /** Stays after all. */
  stay(): void;
}

/** What the pages need. */
export interface PagesOptions {
  /** The browser's storage; throws where that is forbidden. */
  storage: () => Pick<Storage, "getItem" | "setItem">;
  /** Whether leaving the current page would lose something. */
  mayLose: () => boolean;
}

/** Under this name the page outlives a reload of the dock. */
const STORAGE_KEY = "obs-telemetry-page";

/** Makes the pages, beginning with the one that was shown before a reload. */
export function createPages({ storage, mayLose }: PagesOptions): Pages {
  const current: Signal<PageId> = signal(kept(storage));
  const wanted: Signal<PageId | null> = signal(null);
  const show = (page: PageId): void => {
    wanted.value = null;
    current.value = page;
    try {
      storage().setItem(STORAGE_KEY, page);
    } catch {
      // A browser that forbids storage begins at the first page again.
    }
  };
  return {
    current,
    wanted,
    go(page) {
      if (page === current.peek()) return;
      if (mayLose()) wanted.value = page;
      else show(page);
    },
    leave() {
      const page = wanted.peek();
      if (page !== null) show(page);
    },
    stay() {
      wanted.value = null;
    },
  };
}

function kept(storage: PagesOptions["storage"]): PageId {
  try {
    const id = storage().getItem(STORAGE_KEY);
    return PAGES.find((page) => page.id === id)?.id ?? "live";
  } catch {
    return "live";
  }
}
