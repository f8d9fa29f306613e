/** Shortest secret that is looked for: shorter ones would blot out ordinary words. */
const SHORTEST_SECRET = 6;

/** Takes known secrets out of text, as they are and as they stand in URLs and JSON. */
export class Redactor {
  readonly #forms = new Set<string>();

  /** Makes a secret known. */
  add(secret: string): void {
    if (secret.length < SHORTEST_SECRET) return;
    this.#forms.add(secret);
    this.#forms.add(encodeURIComponent(secret));
    this.#forms.add(JSON.stringify(secret).slice(1, -1));
  }

  /** The text with `[redacted]` in place of every known secret. */
  redact(text: string): string {
    let safe = text;
    for (const form of this.#forms) safe = safe.replaceAll(form, "[redacted]");
    return safe;
  }
}
