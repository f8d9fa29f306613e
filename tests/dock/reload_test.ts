import assert from "node:assert/strict";
import { signal } from "@preact/signals";
import type { LinkState } from "../../dock/models/link.ts";
import { reloadWhenOutdated } from "../../dock/reload.ts";

class Page {
  readonly state = signal<LinkState>({ kind: "connecting" });
  readonly mayLose = signal(false);
  readonly stored = new Map<string, string>();
  reloads = 0;
  readonly location = { reload: (): void => void this.reloads++ };
  readonly sessionStorage = {
    getItem: (key: string): string | null => this.stored.get(key) ?? null,
    setItem: (key: string, value: string): void => void this.stored.set(key, value),
  };

  meet(build: string): void {
    this.state.value = { kind: "outdated", build };
  }
}

Deno.test("loads the page again once for each build that it meets", () => {
  const page = new Page();
  const end = reloadWhenOutdated(page, page);
  page.state.value = { kind: "live" };
  assert.equal(page.reloads, 0);
  for (const build of ["second", "second", "third", "third"]) page.meet(build);
  assert.equal(page.reloads, 2);
  end();
});

Deno.test("does not load a page in circles that a reload does not help", () => {
  const page = new Page();
  for (let i = 0; i < 3; i++) {
    const end = reloadWhenOutdated(page, page);
    page.meet("running since yesterday");
    end();
  }
  assert.equal(page.reloads, 1);
});

Deno.test("loads the page again only when nothing can be lost", () => {
  const page = new Page();
  page.mayLose.value = true;
  const end = reloadWhenOutdated(page, page);
  page.meet("second");
  assert.equal(page.reloads, 0);
  page.mayLose.value = false;
  assert.equal(page.reloads, 1);
  end();
});

Deno.test("leaves the page alone where a reload could not be counted", () => {
  const page = new Page();
  const sessionStorage = {
    ...page.sessionStorage,
    setItem() {
      throw new DOMException("No storage", "SecurityError");
    },
  };
  const end = reloadWhenOutdated(page, { location: page.location, sessionStorage });
  page.meet("second");
  assert.equal(page.reloads, 0);
  end();
});
