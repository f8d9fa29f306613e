import type { ComponentChildren, JSX } from "preact";

/** One group of figures under a heading. `note` stands at the heading's far end. */
export function Card({ id, title, note, children }: {
  id: string;
  title: string;
  note?: string | null | undefined;
  children: ComponentChildren;
}): JSX.Element {
  return (
    <section class="card" id={id} aria-labelledby={`${id}-title`}>
      <div class="card-head">
        <h2 id={`${id}-title`}>{title}</h2>
        {note && <bdi class="card-note" dir="auto" title={note}>{note}</bdi>}
      </div>
      {children}
    </section>
  );
}
