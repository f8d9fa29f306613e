import { Hono } from "hono/tiny";
import type { CredentialsAnswer } from "../../shared/api.ts";
import { wipe } from "../bytes/secret_bytes.ts";
import { CannotRunError } from "../cannot_run_error.ts";
import type { Settings } from "../config/settings_file.ts";
import { checkCredentialId } from "../vault/credential_id.ts";
import type { LazyVault } from "../vault/lazy_vault.ts";
import { VaultError } from "../vault/vault_error.ts";
import { readBody, refuseContent } from "./body.ts";
import { methodNotAllowed, problem } from "./problem.ts";

/** What the resource needs. */
export interface CredentialsRouteOptions {
  vault: Pick<LazyVault, "find" | "open">;
  /** Where secrets are sent. */
  settings: Pick<Settings, "config">;
}

/**
 * `GET /api/v1/credentials`, `PUT` and `DELETE /api/v1/credentials/{id}`: secrets go in and never
 * come out. Each is bound to the host that the settings name for it when it is set.
 */
export function createCredentials({ vault, settings }: CredentialsRouteOptions): Hono {
  return new Hono()
    .get("/", () =>
      answering(async () => {
        const { listCredentials } = await import("../vault/credentials.ts");
        const opened = await vault.find();
        const credentials = opened === null ? [] : await listCredentials(opened, settings.config);
        const answer: CredentialsAnswer = { credentials };
        return new Response(JSON.stringify(answer), {
          headers: { "content-type": "application/json" },
        });
      }))
    .all("/", () => methodNotAllowed("GET", "HEAD"))
    .put("/:id", ({ req }) =>
      answering(async () => {
        const body = await readBody(req.raw);
        if (body instanceof Response) return body;
        const id = req.param("id");
        try {
          checkCredentialId(id);
          await store(id, body);
        } finally {
          wipe(body);
        }
        return new Response(null, { status: 204 });
      }))
    .delete("/:id", ({ req }) =>
      answering(async () => {
        const refused = await refuseContent(req.raw);
        if (refused !== null) return refused;
        const id = req.param("id");
        checkCredentialId(id);
        const deleted = await (await vault.find())?.delete(id) ?? false;
        return deleted ? new Response(null, { status: 204 }) : problem(404, `${id} is not set.`);
      }))
    .all("/:id", () => methodNotAllowed("PUT", "DELETE"));

  async function store(id: string, body: Uint8Array): Promise<void> {
    const { secretOfBody, SecretBodyError } = await import("./secret_body.ts");
    const { storeCredential } = await import("../vault/credentials.ts");
    let value: Uint8Array;
    try {
      value = secretOfBody(body);
    } catch (error) {
      if (!(error instanceof SecretBodyError)) throw error;
      throw new VaultError("invalid", error.message);
    }
    try {
      await storeCredential(id, value, {
        vault: await vault.open(),
        settings: settings.config,
      });
    } finally {
      wipe(value);
    }
  }
}

/** The answer, also where the vault cannot do what it was asked. */
async function answering(work: () => Promise<Response>): Promise<Response> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof CannotRunError) return problem(503, error.message);
    if (!(error instanceof VaultError)) throw error;
    return problem(error.fault === "invalid" ? 422 : 503, error.message);
  }
}
