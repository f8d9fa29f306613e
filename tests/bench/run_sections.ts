/** Runs sections one after another and keeps RESULTS.md up to date. */
import type { Counterpart } from "../counterparts.ts";
import { exists } from "../exists.ts";
import { describeMachine, loadNow } from "./machine.ts";
import { type Block, findingsBlock, mergeResults, missingBlock } from "./results_file.ts";
import type { Section } from "./section.ts";

const RESULTS = new URL("RESULTS.md", import.meta.url);

/** What to run. */
export interface RunSectionsOptions {
  /** The sections to run, in order. */
  sections: readonly Section[];
  /** Names of all sections that results may have, in the order of the file. */
  names: readonly string[];
}

/**
 * Runs the sections, writes each one's results as soon as it has them, and prints them.
 * @returns whether every section that could be measured was
 */
export async function runSections({ sections, names }: RunSectionsOptions): Promise<boolean> {
  let succeeded = true;
  for (const section of sections) {
    console.error(`${section.name}: ${section.title}`);
    const circumstances = `${new Date().toISOString().slice(0, 16).replace("T", " ")} UTC on ` +
      `${describeMachine()}; load before: ${loadNow()}.`;
    let block: Block;
    try {
      block = await measureSection(section, circumstances);
    } catch (error) {
      succeeded = false;
      console.error(error);
      const reason = "it failed; the run's output says why";
      block = missingBlock(section, { reason, run: circumstances });
    }
    const results = mergeResults(await readResults(), { blocks: [block], names });
    await Deno.writeTextFile(RESULTS, results);
    console.log(`\n## ${block.name}\n\n${block.text}\n`);
  }
  return succeeded;
}

async function measureSection(section: Section, circumstances: string): Promise<Block> {
  const reason = missing(section.needs);
  if (reason !== "") return missingBlock(section, { reason, run: circumstances });
  const folder = await Deno.makeTempDir({ prefix: "bench-" });
  try {
    const findings = await section.run({ folder, say: (line) => console.error(`  ${line}`) });
    return findingsBlock(section, { ...findings, run: circumstances });
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

async function readResults(): Promise<string> {
  try {
    return await Deno.readTextFile(RESULTS);
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return "";
    throw error;
  }
}

/** Which programs are missing and how to get them; empty if none is. */
function missing(needs: readonly Counterpart[]): string {
  return needs.filter(({ paths }) => !paths.some(exists))
    .map(({ name, install }) => `${name} is missing (${install})`).join("; ");
}
