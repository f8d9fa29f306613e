/** The results as Markdown: one block a section, so that each can be replaced by itself. */
import type { Findings, Row } from "./section.ts";

/** A section's part of the file. */
export interface Block {
  /** The section's name; the block's heading. */
  name: string;
  /** Markdown without headings of the second level. */
  text: string;
}

const HEAD = `# Benchmark results

What was promised and what was measured. Written by \`deno task bench\` and \`deno task soak\`; each
block by the run named in it. Times with a baseline are best read as a ratio: both were taken in the
same run on the same machine.
`;

const COLUMNS = ["what", "promise", "measured", "baseline, same run", "runs"];

/** A block's heading, alone on its line. */
const HEADING = /^## (.+)\n/m;

/** A section's block from what it found. `run` says when and on what machine. */
export function findingsBlock(
  { name, title }: { name: string; title: string },
  { rows, notes, run }: Findings & { run: string },
): Block {
  const table = [COLUMNS, COLUMNS.map(() => "---"), ...rows.map(cells)];
  const lines = table.map((row) => `| ${row.map(cell).join(" | ")} |`).join("\n");
  return { name, text: [title, run, lines, ...notes].join("\n\n") };
}

/** The block of a section that could not be measured. */
export function missingBlock(
  { name, title }: { name: string; title: string },
  { reason, run }: { reason: string; run: string },
): Block {
  return { name, text: `${title}\n\n${run}\n\nNot measured: ${reason}.` };
}

/**
 * The file with new blocks in place of the old ones of the same name. Blocks stand in the order of
 * `names`; one of any other name is dropped.
 */
export function mergeResults(
  existing: string,
  { blocks, names }: { blocks: readonly Block[]; names: readonly string[] },
): string {
  const [, ...parts] = existing.split(HEADING);
  const texts = new Map<string, string>();
  for (let index = 0; index + 1 < parts.length; index += 2) {
    texts.set(String(parts[index]), String(parts[index + 1]).trim());
  }
  for (const { name, text } of blocks) texts.set(name, text.trim());
  const kept = names.flatMap((name) => {
    const text = texts.get(name);
    return text === undefined ? [] : [`\n## ${name}\n\n${text}\n`];
  });
  return HEAD + kept.join("");
}

function cells({ what, promise, kept, measured, baseline, runs }: Row): string[] {
  const verdict = kept === null ? promise : `${promise}: ${kept ? "kept" : "**missed**"}`;
  return [what, verdict, measured, baseline, runs];
}

function cell(text: string): string {
  return text === "" ? "–" : text.replaceAll("|", "\\|").replaceAll("\n", " ");
}
