import { type ReadonlySignal, type Signal, signal } from "@preact/signals";

/** Under this name the browser keeps what is folded. */
const STORAGE_KEY = "obs-telemetry-folded";

/** Which parts of the page the user folded away. */
export interface Folds {
  folded: ReadonlySignal<readonly string[]>;
  toggle(id: string): void;
}

/** Remembers what is folded; only for this visit where the browser forbids storage. */
export function createFolds(storage: () => Pick<Storage, "getItem" | "setItem">): Folds {
  const folded: Signal<readonly string[]> = signal(kept(storage));
  return {
    folded,
    toggle(id) {
      const before = folded.peek();
      folded.value = before.includes(id) ? before.filter((each) => each !== id) : [...before, id];
      try {
        storage().setItem(STORAGE_KEY, JSON.stringify(folded.value));
      } catch {
        // Then it is forgotten with the page.
      }
    },
  };
}

function kept(storage: () => Pick<Storage, "getItem">): readonly string[] {
  try {
    const ids: unknown = JSON.parse(storage().getItem(STORAGE_KEY) ?? "[]");
    return Array.isArray(ids) ? ids.filter((id) => typeof id === "string") : [];
  } catch {
    return [];
  }
}
