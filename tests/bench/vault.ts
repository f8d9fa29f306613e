import { replaceFile } from "../../sidecar/files/replace_file.ts";
import { vaultFiles } from "../../sidecar/vault/vault_files.ts";
import { vaultTimes } from "../vault/vault_times.ts";
import { percentiles } from "./format.ts";
import type { Findings, Section, SectionTools } from "./section.ts";
import { summarise } from "./statistics.ts";

const ROUNDS = 5;
const CALLS_A_ROUND = 100;

/** How long the vault takes, against the same bytes written and read without encryption. */
export const vault: Section = {
  name: "vault",
  title: "Secrets: stored in the vault and taken out of it",
  needs: [],
  run: measure,
};

async function measure({ folder, say }: SectionTools): Promise<Findings> {
  const stored: number[] = [];
  const taken: number[] = [];
  const written: number[] = [];
  const read: number[] = [];
  let fileBytes = 0;
  for (let round = 1; round <= ROUNDS; round++) {
    say(`round ${round} of ${ROUNDS}`);
    const { setMs, getMs } = await vaultTimes({ folder, count: CALLS_A_ROUND });
    stored.push(...setMs);
    taken.push(...getMs);
    const bytes = await Deno.readFile(vaultFiles(folder).vault);
    fileBytes = bytes.length;
    const plain = `${folder}/plain.dat`;
    for (let call = 0; call < CALLS_A_ROUND; call++) {
      written.push(await duration(() => replaceFile(plain, bytes, { isLocked: true })));
    }
    for (let call = 0; call < CALLS_A_ROUND; call++) {
      read.push(await duration(() => Deno.readFile(plain)));
    }
  }
  return {
    rows: [
      row("vault set: locked, read, decrypted, encrypted, written with fsync", stored, {
        baseline: `the same bytes written with fsync: ${percentiles(summarise(written))}`,
      }),
      row("vault get: read, decrypted", taken, {
        baseline: `the same bytes read: ${percentiles(summarise(read))}`,
      }),
    ],
    notes: [
      `A vault of ten secrets of 48 bytes, ${fileBytes} bytes on disk, encrypted with AES-256-GCM, ` +
      "the key in a file. The key is read once, before the calls that are counted.",
    ],
  };
}

async function duration(run: () => Promise<unknown>): Promise<number> {
  const before = performance.now();
  await run();
  return performance.now() - before;
}

function row(what: string, figures: number[], { baseline }: { baseline: string }) {
  const measured = summarise(figures);
  return {
    what,
    promise: "",
    kept: null,
    measured: percentiles(measured),
    baseline,
    runs: `${measured.count}, ${ROUNDS} rounds in turn`,
  };
}
