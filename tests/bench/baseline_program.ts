/** Programs to compare with: what Deno itself takes. */
import { type PeerProcess, startProcess } from "../peers/process.ts";

/** Their sources by name. */
export const BASELINES = {
  bare: "setInterval(() => {}, 1e9);",
  hello: 'Deno.serve({ hostname: "127.0.0.1", port: 0 }, () => new Response("hello"));',
  /** The least that a tick can be: a file of bridge.json's size written and renamed. */
  ticking: `
    const [path] = Deno.args;
    const bytes = new Uint8Array(2000).fill(32);
    setInterval(() => {
      Deno.writeFileSync(path + ".tmp", bytes, { mode: 0o600 });
      Deno.renameSync(path + ".tmp", path);
    }, 500);`,
};

/** Starts one of them; its files lie in `folder`. `deno` is what runs it, else this Deno. */
export async function startBaseline(
  name: keyof typeof BASELINES,
  { folder, deno = Deno.execPath() }: { folder: string; deno?: string },
): Promise<PeerProcess> {
  const path = `${folder}/${name}.js`;
  await Deno.writeTextFile(path, BASELINES[name]);
  return startProcess(deno, {
    args: [
      ...["run", "--allow-net=127.0.0.1", `--allow-read=${folder}`, `--allow-write=${folder}`],
      ...[path, `${folder}/${name}.json`],
    ],
    env: { HOME: folder, PATH: Deno.env.get("PATH") ?? "" },
  });
}
