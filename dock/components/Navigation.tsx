import type { JSX } from "preact";
import { PAGES, type Pages } from "../models/pages.ts";

/** The pages, at the bottom where a thumb and a narrow dock have them. */
export function Navigation({ pages }: { pages: Pages }): JSX.Element {
  return (
    <nav class="navigation" aria-label="Pages">
      {PAGES.map(({ id, title }) => (
        <button
          key={id}
          type="button"
          aria-current={pages.current.value === id ? "page" : undefined}
          onClick={() => pages.go(id)}
        >
          {title}
        </button>
      ))}
    </nav>
  );
}
