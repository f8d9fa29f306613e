/** The queries in a dashboard's JSON, as Grafana would send them. */

/** One query. */
export interface BoardQuery {
  panel: string;
  refId: string;
  expr: string;
  instant: boolean;
  legend: string;
}

/** A panel as far as tests look at it. */
export interface BoardPanel {
  id: number;
  type: string;
  title: string;
  description?: string;
  gridPos: { x: number; y: number; w: number; h: number };
  datasource?: { type: string; uid: string };
  targets?: {
    refId: string;
    expr: string;
    instant: boolean;
    range: boolean;
    legendFormat: string;
    datasource: { type: string; uid: string };
  }[];
}

/** A dashboard as far as tests look at it. */
export interface Board {
  uid: string;
  title: string;
  schemaVersion: number;
  panels: BoardPanel[];
  templating: { list: { name: string; type: string; query: unknown; definition?: string }[] };
}

/** Reads a dashboard's file. */
export async function readBoard(path: string): Promise<Board> {
  return JSON.parse(await Deno.readTextFile(path));
}

/** All queries of its panels. */
export function queriesOf({ panels }: Board): BoardQuery[] {
  return panels.flatMap(({ title, targets = [] }) =>
    targets.map(({ refId, expr, instant, legendFormat }) => ({
      ...{ panel: title, refId, expr, instant },
      legend: legendFormat,
    }))
  );
}

/** Names of variables that a text asks for. */
export function variablesIn(text: string): string[] {
  return Array.from(text.matchAll(/\$\{?([A-Za-z_]+)/g), ([, name = ""]) => name);
}

/** A query with its variables' values in it. @throws if one has none */
export function interpolate(text: string, values: Readonly<Record<string, string>>): string {
  return text.replaceAll(/\$([A-Za-z_]+)/g, (_, name: string) => {
    const value = values[name];
    if (value === undefined) throw new Error(`Nothing is known of $${name}`);
    return value;
  });
}
