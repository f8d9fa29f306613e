/// <reference lib="dom" />

/** Begins a page at its top, for eyes and for keyboard and screen reader. */
export function showFromTop(): void {
  const main = document.querySelector("main");
  if (main === null) return;
  main.tabIndex = -1;
  main.focus({ preventScroll: true });
  scrollTo({ top: 0, behavior: "instant" });
}
