import { Hono } from "hono/tiny";
import type { Config } from "../../shared/config.ts";
import { ConfigError } from "../config/config_error.ts";
import type { Settings } from "../config/settings_file.ts";
import type { LazyVault } from "../vault/lazy_vault.ts";
import { readJson } from "./body.ts";
import { methodNotAllowed, problem, settingsProblem } from "./problem.ts";

/** What the resource needs. */
export interface ConfigRouteOptions {
  settings: Settings;
  /** Asked which secrets are set. */
  vault: Pick<LazyVault, "find">;
}

/**
 * `GET`, `PUT /api/v1/config`: the settings as config.toml has them. What the command line says
 * instead of the file (`--port`) is not shown, so that it is not written into the file either.
 */
export function createConfig({ settings, vault }: ConfigRouteOptions): Hono {
  async function show({ config, version }: { config: Config; version: string }): Promise<Response> {
    const { withSecretStates } = await import("../config/secret_places.ts");
    const { setIds } = await import("../vault/set_ids.ts");
    const ids = await setIds(vault);
    return new Response(JSON.stringify(withSecretStates(config, (id) => ids.has(id))), {
      headers: { "content-type": "application/json", etag: `"${version}"` },
    });
  }

  return new Hono()
    .get("/", () => show(settings))
    .put("/", async ({ req }) => {
      const json = await readJson(req.raw);
      if (json instanceof Response) return json;
      const { configChanges } = await import("../config/config_changes.ts");
      const { changes, problems } = json.problems.length > 0
        ? { changes: {}, problems: json.problems.map((message) => ({ key: null, message })) }
        : configChanges(json.value);
      if (problems.length > 0) {
        const detail = `${problems.map(({ message }) => message).join("; ")}. Nothing was saved.`;
        return settingsProblem(422, { detail, problems });
      }
      try {
        const isFor = versionCheck(req.header("if-match"));
        return await show(await settings.save(changes, { isFor }));
      } catch (error) {
        if (error instanceof ConfigError) return refusal(error);
        throw error;
      }
    })
    .all("/", () => methodNotAllowed("GET", "HEAD", "PUT"));
}

/** Whether a version is one that `If-Match` allows (RFC 9110, 13.1.1); any without the header. */
function versionCheck(ifMatch: string | undefined): (version: string) => boolean {
  if (ifMatch === undefined || ifMatch.trim() === "*") return () => true;
  const tags = ifMatch.split(",").map((tag) => tag.trim());
  return (version) => tags.includes(`"${version}"`);
}

function refusal({ kind, message, problems }: ConfigError): Response {
  switch (kind) {
    case "conflict":
      return problem(412, message);
    case "invalid":
      return settingsProblem(422, { detail: message, problems });
    case "damaged":
      return settingsProblem(409, {
        detail: message,
        problems: problems.map(({ line, key, message }) => ({
          key,
          message: line === null ? message : `line ${line}: ${message}`,
        })),
      });
    case "failed":
      return problem(503, message);
  }
}
