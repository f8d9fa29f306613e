/** What a query in PromQL names. */

/** Names in a query. */
export interface PromqlWords {
  metrics: Set<string>;
  labels: Set<string>;
}

const KEYWORDS = new Set(["and", "or", "unless", "bool", "offset", "by", "without", "on"]);
const GROUPING = /\b(?:by|without|on|ignoring|group_left|group_right)\s*\(([^)]*)\)/g;

/** Metrics and labels that a query names. Metrics in a matcher of `__name__` are among them. */
export function promqlWords(expr: string): PromqlWords {
  const metrics = new Set<string>();
  const labels = new Set<string>();
  const outside = expr
    .replaceAll(/\{([^{}]*)\}/g, (_, matchers: string) => {
      for (
        const [, label = "", value = ""] of matchers.matchAll(/(\w+)\s*(?:=~|!~|!=|=)\s*"([^"]*)"/g)
      ) {
        if (label !== "__name__") labels.add(label);
        else for (const name of value.split("|")) metrics.add(name);
      }
      return "";
    })
    .replaceAll(GROUPING, (_, list: string) => {
      for (const label of list.split(",")) labels.add(label.trim());
      return " ";
    })
    .replaceAll(/\[[^\]]*\]/g, "");
  for (const [word] of outside.matchAll(/[A-Za-z_:][A-Za-z0-9_:]*(?!\s*\(|[A-Za-z0-9_:])/g)) {
    if (!KEYWORDS.has(word)) metrics.add(word);
  }
  return { metrics, labels };
}
