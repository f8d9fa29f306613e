import type { JSX } from "preact";

const TEXTS = {
  sessions: {
    title: "Sessions",
    text: "What happened in your past streams, minute by minute, comes with a later release.",
  },
} as const;

/** A page that is still empty, and says so. */
export function Placeholder({ page }: { page: keyof typeof TEXTS }): JSX.Element {
  const { title, text } = TEXTS[page];
  return (
    <main class="notice">
      <h1>{title}</h1>
      <p>{text}</p>
    </main>
  );
}
