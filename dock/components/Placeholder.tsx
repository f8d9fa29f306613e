import type { JSX } from "preact";

const TEXTS = {
  preflight: {
    title: "Pre-flight",
    text: "A check before you go live, with a go or no-go for each platform, comes with a later " +
      "release.",
  },
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
