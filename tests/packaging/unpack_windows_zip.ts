import { packagePath, packagesIn } from "./package_set.ts";
import { readZip } from "../bytes/read_zip.ts";

/** Makes Windows's zip and unpacks it without its one folder, as explorers do if told so. */
export async function unpackWindowsZip(to: string): Promise<void> {
  const folder = await packagesIn(["windows-x64"], { endings: ["zip"] });
  const zip = await Deno.readFile(packagePath(folder, { system: "windows-x64", ending: "zip" }));
  await Deno.remove(folder, { recursive: true });
  for (const [name, bytes] of readZip(zip)) {
    const path = `${to}/${name.slice(name.indexOf("/") + 1)}`;
    await Deno.mkdir(path.slice(0, path.lastIndexOf("/")), { recursive: true });
    await Deno.writeFile(path, bytes);
  }
}
