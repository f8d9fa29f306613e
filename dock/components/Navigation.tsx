import type { JSX } from "preact";
import { useEffect, useRef } from "preact/hooks";
import { PAGES, type Pages } from "../models/pages.ts";
import { showFromTop } from "./show_from_top.ts";

/** The pages, at the bottom where a thumb and a narrow dock have them. */
export function Navigation({ pages }: { pages: Pages }): JSX.Element {
  const current = pages.current.value;
  const last = useRef(current);
  useEffect(() => {
    if (last.current !== current) showFromTop();
    last.current = current;
  }, [current]);
  return (
    <nav class="navigation" aria-label="Pages">
      {PAGES.map(({ id, title }) => (
        <button
          key={id}
          type="button"
          aria-current={current === id ? "page" : undefined}
          onClick={() => pages.go(id)}
        >
          {title}
        </button>
      ))}
    </nav>
  );
}
