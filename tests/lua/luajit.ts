/** Runs the overlay's plain Lua half under LuaJIT, outside OBS. */

const SCRIPT = new URL("../../lua/obs_telemetry.lua", import.meta.url).pathname;

/** Lua source of `json`: a Lua value as JSON; a table with a first element is an array. */
export const LUA_JSON = `
local function json(value)
  if type(value) == "string" then
    return '"' .. value:gsub('[%z\\1-\\31\\127"\\\\]', function(character)
      return ("\\\\u%04x"):format(character:byte())
    end) .. '"'
  elseif type(value) ~= "table" then
    return value == nil and "null" or tostring(value)
  elseif #value > 0 or next(value) == nil then
    local items = {}
    for index, item in ipairs(value) do items[index] = json(item) end
    return "[" .. table.concat(items, ",") .. "]"
  end
  local members = {}
  for key, item in pairs(value) do members[#members + 1] = json(key) .. ":" .. json(item) end
  return "{" .. table.concat(members, ",") .. "}"
end
`;

const PRELUDE = `${LUA_JSON}
local pure = dofile(${luaLiteral(SCRIPT)})
`;

/** A value as Lua source; null and undefined are nil. */
export function luaLiteral(value: unknown): string {
  if (value === null || value === undefined) return "nil";
  if (typeof value === "string") {
    const bytes = new TextEncoder().encode(value);
    return `"${Array.from(bytes, (byte) => `\\${String(byte).padStart(3, "0")}`).join("")}"`;
  }
  if (Array.isArray(value)) return `{${value.map(luaLiteral).join(",")}}`;
  if (typeof value === "object") {
    const members = Object.entries(value).map(([key, item]) =>
      `[${luaLiteral(key)}]=${luaLiteral(item)}`
    );
    return `{${members.join(",")}}`;
  }
  return String(value);
}

/**
 * Runs Lua source that may use the table `pure`, and returns what it returns.
 * @throws Error with LuaJIT's message
 */
export async function runLua(source: string): Promise<unknown> {
  const command = new Deno.Command("/usr/bin/luajit", {
    args: ["-"],
    stdin: "piped",
    stdout: "piped",
    stderr: "piped",
  });
  const child = command.spawn();
  const writer = child.stdin.getWriter();
  const program = `${PRELUDE}\nprint(json((function()\n${source}\nend)()))`;
  await writer.write(new TextEncoder().encode(program));
  await writer.close();
  const { success, stdout, stderr } = await child.output();
  if (!success) throw new Error(`LuaJIT: ${new TextDecoder().decode(stderr)}`);
  return JSON.parse(new TextDecoder().decode(stdout));
}
