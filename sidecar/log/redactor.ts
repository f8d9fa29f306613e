/** Shortest secret that is looked for: shorter ones would blot out ordinary words. */
const SHORTEST_SECRET = 6;

/** Takes known secrets out of text, as they are and as they stand in URLs and JSON. */
export class Redactor {
  /** Longest first: a secret may stand within another one. */
  #forms: string[] = [];

  /** Makes a secret known. */
  add(secret: string): void {
    if (secret.length < SHORTEST_SECRET || this.#forms.includes(secret)) return;
    const forms = [
      ...this.#forms,
      secret,
      encodeURIComponent(secret.toWellFormed()),
      JSON.stringify(secret).slice(1, -1),
    ];
    this.#forms = [...new Set(forms)].sort((a, b) => b.length - a.length);
  }

  /** The text with `[redacted]` in place of every known secret. */
  redact(text: string): string {
    return this.#forms.reduce((safe, form) => safe.replaceAll(form, "[redacted]"), text);
  }
}
