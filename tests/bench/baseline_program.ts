/** Programs to compare with: what Deno itself takes. */
import { type PeerProcess, startProcess } from "../peers/process.ts";

/** Their sources by name. */
export const BASELINES = {
  bare: "setInterval(() => {}, 1e9);",
  hello: 'Deno.serve({ hostname: "127.0.0.1", port: 0 }, () => new Response("hello"));',
};

/** Starts one of them; its file is put into `folder`. `deno` is what runs it, else this Deno. */
export async function startBaseline(
  name: keyof typeof BASELINES,
  { folder, deno = Deno.execPath() }: { folder: string; deno?: string },
): Promise<PeerProcess> {
  const path = `${folder}/${name}.js`;
  await Deno.writeTextFile(path, BASELINES[name]);
  return startProcess(deno, {
    args: ["run", "--allow-net=127.0.0.1", path],
    env: { HOME: folder, PATH: Deno.env.get("PATH") ?? "" },
  });
}
