-- OBS Telemetry Bridge: the overlay. Reads the bridge file that the sidecar replaces several
-- times a second and shows it in a text source.
--
-- The first half is plain Lua: words, columns, staleness, paths. Outside OBS this file returns
-- it as a table, for the tests. The second half talks to OBS. It is one file because users add
-- one file, and because Lua can't load a second from a Windows folder whose name isn't ASCII.

local obs = obslua

local TEXT_WIDTH = 52
local MOST_OUTPUTS = 8
local MOST_ALERTS = 3
local ALERT_LINES = 3
-- Widths of the first columns of every line, so that lines stand under one another.
local FIRST_COLUMN, SECOND_COLUMN = 18, 14
local RATE_COLUMN = 19
local PATIENCE_MS = 1500

local pure = {}

------------------------------------------------------------------------------------------------
-- Text from outside
------------------------------------------------------------------------------------------------

-- Control characters, then the invisible ones that could break a line or turn its direction:
-- U+0080-9F, U+061C, U+200B-200F, U+2028-202E, U+2060-206F, U+FEFF.
local INVISIBLE = {
  "\194[\128-\159]", "\216\156", "\226\128[\139-\143\168-\174]", "\226\129[\160-\175]",
  "\239\187\191",
}

local cleaned, cleaned_count = {}, 0

-- One line of visible text. Remembered, because the same few names come at every tick.
function pure.clean(raw)
  local known = cleaned[raw]
  if known then return known end
  local text = raw:gsub("[%z\1-\31\127]", " ")
  for _, pattern in ipairs(INVISIBLE) do text = text:gsub(pattern, "") end
  text = text:gsub(" +", " "):gsub("^ ", ""):gsub(" $", "")
  if cleaned_count >= 64 then cleaned, cleaned_count = {}, 0 end
  cleaned[raw], cleaned_count = text, cleaned_count + 1
  return text
end

-- Characters, not bytes, of UTF-8 text.
function pure.length(text)
  if not text:find("[\128-\255]") then return #text end
  local _, count = text:gsub("[^\128-\191]", "")
  return count
end

-- The text itself, or its first characters and two dots.
function pure.cut(text, width)
  if pure.length(text) <= width then return text end
  local kept, count = {}, 0
  for character in text:gmatch("[^\128-\191][\128-\191]*") do
    count = count + 1
    if count > width - 2 then break end
    kept[count] = character
  end
  return table.concat(kept) .. ".."
end

-- The text filled up to a column, with two spaces at least before the next.
local function pad(text, width)
  return text .. (" "):rep(math.max(2, width - pure.length(text)))
end

-- Three cells of a line.
local function columns(first, second, third)
  return pad(first, FIRST_COLUMN) .. pad(second, SECOND_COLUMN) .. third
end

-- Lines of at most `width` characters, at most `most` of them; the last is cut if need be.
function pure.wrap(text, width, most)
  local lines, line = {}, nil
  for word in text:gmatch("[^ ]+") do
    if line == nil then
      line = word
    elseif #lines + 1 >= most or pure.length(line) + 1 + pure.length(word) <= width then
      line = line .. " " .. word
    else
      lines[#lines + 1] = pure.cut(line, width)
      line = word
    end
  end
  if line then lines[#lines + 1] = pure.cut(line, width) end
  return lines
end

------------------------------------------------------------------------------------------------
-- Figures; nil is unknown and reads "-"
------------------------------------------------------------------------------------------------

function pure.percent(value)
  if value == nil then return "-" end
  if value == 0 then return "0%" end
  if value < 1 then return ("%.2f%%"):format(value) end
  if value < 10 then return ("%.1f%%"):format(value) end
  return ("%.0f%%"):format(value)
end

function pure.whole_percent(value)
  return value and ("%.0f%%"):format(value) or "-"
end

-- Kilobits as megabits a second, without the unit.
function pure.megabits(kbps)
  if kbps == nil then return "-" end
  if kbps < 9995 then return ("%.2f"):format(kbps / 1000) end
  if kbps < 99950 then return ("%.1f"):format(kbps / 1000) end
  return ("%.0f"):format(kbps / 1000)
end

-- At most one decimal, and none that says nothing.
function pure.short(value)
  if value == nil then return "-" end
  return (("%.1f"):format(value):gsub("%.0$", ""))
end

-- Seconds as h:mm:ss.
function pure.clock(seconds)
  seconds = math.floor(seconds)
  return ("%d:%02d:%02d"):format(
    math.floor(seconds / 3600), math.floor(seconds / 60) % 60, seconds % 60)
end

-- Minutes in words, coarse enough not to flicker.
function pure.time_left(minutes)
  if minutes >= 2880 then return "over 2 days left" end
  if minutes < 60 then return ("%d min left"):format(minutes) end
  return ("%d h %02d min left"):format(math.floor(minutes / 60), math.floor(minutes % 60))
end

local function used_of(used, total)
  return pure.short(used) .. "/" .. pure.short(total) .. " GB"
end

-- "", " !" or " !!": how a share of lost frames compares with the user's thresholds.
function pure.mark(share, options)
  if share == nil or share < options.warn then return "" end
  return share < options.bad and " !" or " !!"
end

------------------------------------------------------------------------------------------------
-- Lines
------------------------------------------------------------------------------------------------

-- Time on air of the longest-running output of a kind, with its word; nil if none runs.
local function since(word, kind, running, outputs)
  local longest
  for _, output in ipairs(outputs) do
    if output.kind == kind and output.active and output.uptime then
      longest = math.max(longest or 0, output.uptime)
    end
  end
  if not running then return nil end
  return longest and (word .. " " .. pure.clock(longest)) or word
end

local VERDICTS = { healthy = "HEALTHY", warning = "WARNING", critical = "CRITICAL" }

function pure.header_line(snapshot)
  local live = since("LIVE", "stream", snapshot.streaming, snapshot.outputs)
  local rec = since("REC", "record", snapshot.recording, snapshot.outputs)
  local parts = {}
  if live then parts[#parts + 1] = live end
  if rec then parts[#parts + 1] = rec end
  if #parts == 0 then parts[1] = "OFFLINE" end
  parts[#parts + 1] = VERDICTS[snapshot.overall] or "HEALTH UNKNOWN"
  return table.concat(parts, "   ")
end

local function fault(name, verb, share, options)
  if share == nil then return name .. " -" end
  if share < options.warn then return name .. " ok" end
  return name .. " " .. verb .. " " .. pure.percent(share) .. pure.mark(share, options)
end

function pure.fault_line(snapshot, options)
  return columns(fault("Network", "drops", snapshot.network_drops, options),
    fault("GPU", "lags", snapshot.render_lags, options),
    fault("Encoder", "skips", snapshot.encoder_skips, options))
end

local function reconnecting(output)
  local times = output.reconnects
  if times == nil or times < 1 then return "RECONNECTING" end
  return ("RECONNECTING, lost %d time%s"):format(times, times == 1 and "" or "s")
end

local function rate(output)
  local now = pure.megabits(output.bitrate)
  if output.target == nil then return now .. " Mb/s" end
  return now .. " of " .. pure.megabits(output.target) .. " Mb/s"
end

local function losses(output, options)
  local text = "drops " .. pure.percent(output.drops) .. pure.mark(output.drops, options)
  if output.congestion and output.congestion >= 0.5 then
    text = text .. "  queue " .. pure.whole_percent(output.congestion * 100)
  end
  return text
end

local function output_state(output, snapshot, options)
  if not output.active then return "stopped" end
  if output.reconnecting then return reconnecting(output) end
  if output.kind == "stream" then
    return pad(rate(output), RATE_COLUMN) .. losses(output, options)
  end
  if output.kind == "record" and snapshot.record_minutes_left then
    return pad(rate(output), RATE_COLUMN) .. pure.time_left(snapshot.record_minutes_left)
  end
  return output.bitrate and rate(output) or "on"
end

function pure.output_lines(snapshot, options)
  local outputs, lines = snapshot.outputs, {}
  local shown = math.min(#outputs, MOST_OUTPUTS)
  for index = 1, shown do
    local output = outputs[index]
    lines[index] = pad(pure.cut(output.name or "-", FIRST_COLUMN - 2), FIRST_COLUMN)
      .. output_state(output, snapshot, options)
  end
  if #outputs > shown then lines[shown + 1] = ("and %d more"):format(#outputs - shown) end
  return lines
end

-- OBS's own Stats dock warns below 95 % of the frame rate and calls 80 % bad.
local function fps_mark(fps, target)
  if fps == nil or target == nil or fps >= 0.95 * target then return "" end
  return fps >= 0.8 * target and " !" or " !!"
end

-- OBS's own Stats dock warns below 5 GiB and calls 1 GiB bad.
local function disk_mark(free)
  if free == nil or free >= 5 then return "" end
  return free >= 1 and " !" or " !!"
end

function pure.system_lines(snapshot)
  local disk, latency = snapshot.disk_free, snapshot.latency
  return {
    columns("FPS " .. pure.short(snapshot.fps) .. "/" .. pure.short(snapshot.target_fps)
        .. fps_mark(snapshot.fps, snapshot.target_fps),
      "CPU " .. pure.whole_percent(snapshot.cpu),
      "RAM " .. used_of(snapshot.memory_used, snapshot.memory_total)),
    columns("Upload " .. pure.short(snapshot.upload) .. " Mb/s",
      "Ping " .. (latency and ("%.0f ms"):format(latency) or "-"),
      "Disk " .. (disk and ("%.0f GB free"):format(disk) or "-") .. disk_mark(disk)),
  }
end

function pure.gpu_line(gpu)
  local load, total = "GPU " .. pure.whole_percent(gpu.load), gpu.vram_total
  if gpu.temperature then load = load .. ("  %.0f \194\176C"):format(gpu.temperature) end
  return columns(load, "Enc " .. pure.whole_percent(gpu.encoder),
    "VRAM " .. used_of(gpu.vram_used and gpu.vram_used / 1024, total and total / 1024))
end

local SEVERITIES = { critical = 1, error = 2, warning = 3, info = 4 }
local ALERT_MARKS = { critical = "!! ", error = "!! ", warning = "!  ", info = "-  " }

-- The worst alerts first; the sidecar's order among equals.
function pure.alert_lines(alerts)
  local lines, shown = {}, 0
  for rank = 1, 5 do
    for _, alert in ipairs(alerts) do
      if shown < MOST_ALERTS and (SEVERITIES[alert.severity] or 5) == rank then
        shown = shown + 1
        local mark = ALERT_MARKS[alert.severity] or "-  "
        for _, line in ipairs(pure.wrap(alert.message or "-", TEXT_WIDTH - 3, ALERT_LINES)) do
          lines[#lines + 1] = mark .. line
          mark = "   "
        end
      end
    end
  end
  if #alerts > shown then lines[#lines + 1] = ("   and %d more"):format(#alerts - shown) end
  return lines
end

local function append(lines, more)
  for _, line in ipairs(more) do lines[#lines + 1] = line end
end

-- What an overlay can show, top to bottom: name, words for the settings, lines of a snapshot.
pure.SECTIONS = {
  {
    name = "header",
    label = "On air, recording and the verdict",
    lines = function(snapshot) return { pure.header_line(snapshot) } end,
  },
  {
    name = "faults",
    label = "Network, GPU and encoder faults",
    lines = function(snapshot, options) return { pure.fault_line(snapshot, options) } end,
  },
  { name = "outputs", label = "Outputs", lines = pure.output_lines },
  { name = "system", label = "System and network", lines = pure.system_lines },
  {
    name = "gpu",
    label = "Graphics card",
    lines = function(snapshot) return { snapshot.gpu and pure.gpu_line(snapshot.gpu) } end,
  },
  {
    name = "alerts",
    label = "Alerts",
    lines = function(snapshot) return pure.alert_lines(snapshot.alerts) end,
  },
}

-- Adds a section's lines to a list, if the section is wanted and OBS was connected.
function pure.add_section(section, lines, snapshot, options)
  if not snapshot.connected or not options.show[section.name] then return end
  append(lines, section.lines(snapshot, options))
end

-- Text and colour name of a snapshot; `lines` are its sections'.
function pure.snapshot_view(snapshot, lines)
  if snapshot.connected then return table.concat(lines, "\n"), snapshot.overall end
  return "OBS NOT CONNECTED\n" .. table.concat(pure.wrap(snapshot.obs_error
    or "The bridge runs but cannot reach OBS. Enable the server in " ..
      "Tools > WebSocket Server Settings.",
    TEXT_WIDTH, 4), "\n"), "off"
end

local function stopped_at(written_at_ms, wall_ms)
  if written_at_ms == nil or written_at_ms < 1e12 or written_at_ms > 1e13 then return "" end
  local day = 24 * 3600 * 1000
  local pattern = wall_ms - written_at_ms < day and " at %H:%M:%S" or " on %Y-%m-%d at %H:%M:%S"
  return os.date(pattern, math.floor(written_at_ms / 1000))
end

-- Text and colour name where there is no snapshot to show: `status` is one of `absent`, `damaged`,
-- `foreign` and `stale`.
function pure.status_view(status, context)
  if status == "stale" then
    return "TELEMETRY STOPPED" .. stopped_at(context.written_at_ms, context.wall_ms)
      .. "\nStart the OBS Telemetry Bridge again.", "off"
  end
  if status == "damaged" then
    return "TELEMETRY FILE DAMAGED\n" .. context.path
      .. "\nThe OBS Telemetry Bridge replaces it when it runs.", "off"
  end
  if status == "foreign" then
    return "NOT A TELEMETRY FILE\n" .. context.path
      .. "\nChoose the bridge file in Tools > Scripts, or update this script.", "off"
  end
  return "No telemetry yet.\nStart the OBS Telemetry Bridge; it writes\n" .. context.path, "off"
end

------------------------------------------------------------------------------------------------
-- Staleness
------------------------------------------------------------------------------------------------

-- The bridge's own tick is not in the file, so it is learnt from how fast `sequence` moves.
function pure.new_watch()
  return { gaps = { 500, 500, 500, 500 }, next_gap = 1, stale = false }
end

-- Milliseconds that `sequence` may stand still: 1.5 s or three ticks. The second-longest of the
-- last four gaps counts as the tick: one hang, or an extra write at a state change, is not it.
function pure.stale_after_ms(watch)
  local longest, second = 0, 0
  for _, gap in ipairs(watch.gaps) do
    if gap > longest then
      longest, second = gap, longest
    elseif gap > second then
      second = gap
    end
  end
  return math.max(PATIENCE_MS, 3 * second)
end

-- Takes one reading of the file, tells whether it is stale. `now_ms` never jumps; the wall clock
-- is asked only at the first reading, where there is nothing else to go by.
function pure.observe(watch, reading, now_ms, wall_ms)
  local limit = pure.stale_after_ms(watch)
  if watch.sequence == nil then
    watch.stale = wall_ms - (reading.written_at_ms or wall_ms) >= limit
  elseif reading.sequence ~= watch.sequence then
    local steps = reading.sequence - watch.sequence
    if steps > 0 then
      watch.gaps[watch.next_gap] = math.min(5000, (now_ms - watch.moved_ms) / steps)
      watch.next_gap = watch.next_gap % 4 + 1
    end
    watch.stale = false
  else
    watch.stale = watch.stale or now_ms - watch.moved_ms >= limit
    return watch.stale
  end
  watch.sequence, watch.moved_ms = reading.sequence, now_ms
  return watch.stale
end

------------------------------------------------------------------------------------------------
-- Cutting the file
------------------------------------------------------------------------------------------------

-- Parsing the whole file takes libobs longer than a frame should wait, so it is cut into pieces
-- that are parsed a few at a time. Only the layout that the sidecar writes is cut; in JSON a
-- quote inside a text is escaped, so a key can't be faked. A brace inside a text makes the cut
-- fail or the piece invalid: then the whole is parsed.
local LAYOUT = '^{"version":"1%.[%d.]+","timestamp":%d+,"sequence":(%d+),"written_at_ms":(%d+),'
  .. '"system":(%b{}),"obs":(%b{}),"network":(%b{}),"health":(%b{})}%s*$'

-- `sequence`, `written_at_ms`, and the objects `system`, `obs`, `network`, `health` as JSON text;
-- nil if the text has another layout.
function pure.cut_file(text)
  local sequence, written, system, obs_text, network, health = text:match(LAYOUT)
  if sequence == nil then return nil end
  return { sequence = tonumber(sequence), written_at_ms = tonumber(written) },
    { system = system, obs = obs_text, network = network, health = health }
end

-- The `obs` object without its outputs, and a list of them, all as JSON text; nil if it can't be
-- cut.
function pure.cut_outputs(text)
  local before, array, after = text:match('^({.-)"outputs":(%b[]),(".*})$')
  if before == nil then return nil end
  local outputs = {}
  for output in array:gmatch("%b{}") do outputs[#outputs + 1] = output end
  if #outputs == 0 and array ~= "[]" then return nil end
  return before .. after, outputs
end

------------------------------------------------------------------------------------------------
-- Places
------------------------------------------------------------------------------------------------

-- Where the sidecar writes unless told otherwise. `env` answers a variable's value or nil; empty
-- counts as unset. Flatpak and Snap point OBS at a home of its own, the sidecar knows the real.
function pure.default_path(platform, env)
  local function set(name)
    local value = env(name)
    return value ~= "" and value or nil
  end
  local own = set("OBS_TELEMETRY_DATA_DIR")
  if platform == "windows" then
    return (own or (set("APPDATA") or "") .. "\\OBSTelemetryBridge") .. "\\bridge.json"
  end
  local home = set("SNAP_REAL_HOME") or set("HOME") or ""
  if own then return own .. "/bridge.json" end
  if platform == "macos" then
    return home .. "/Library/Application Support/OBSTelemetryBridge/bridge.json"
  end
  local config = set("XDG_CONFIG_HOME")
  if set("FLATPAK_ID") or set("SNAP") then config = set("HOST_XDG_CONFIG_HOME") end
  return (config or home .. "/.config") .. "/obs-telemetry-bridge/bridge.json"
end

-- `windows`, `macos` or `linux`, from LuaJIT's name of the system and Lua's path separator.
function pure.platform(system_name, separator)
  if system_name == "Windows" or separator == "\\" then return "windows" end
  return system_name == "OSX" and "macos" or "linux"
end

------------------------------------------------------------------------------------------------
-- Starting the sidecar, and what else takes a call of the system's own
------------------------------------------------------------------------------------------------

-- The program of a package, which has this script in a folder beside it.
function pure.default_launcher(platform, script_folder)
  local root = script_folder:gsub("[/\\]+$", ""):gsub("[/\\]?[^/\\]*$", "")
  if platform ~= "windows" then return root .. "/obs-telemetry" end
  return (root .. "/OBS Telemetry Bridge.exe"):gsub("/", "\\")
end

-- The command's words. The data directory is named where it is not the usual one.
function pure.launch_words(launcher, bridge_file, usual_file)
  local words = { launcher, "start" }
  if bridge_file:gsub("\\", "/") == usual_file:gsub("\\", "/") then return words end
  local folder = bridge_file:match("^(.+)[/\\]bridge%.json$")
  if folder then words[3], words[4] = "--data-dir", folder end
  return words
end

-- Whether a sidecar wrote the file just now, by its time in Unix milliseconds.
function pure.is_written_now(written_at_ms, wall_ms)
  return written_at_ms ~= nil and math.abs(wall_ms - written_at_ms) < 2000
end

-- As Windows programs take their command line apart; a path there holds no quotes. Words that need
-- no quotes get none, as programs that compare the text itself expect it.
function pure.command_line(words)
  local line = {}
  for index, word in ipairs(words) do
    local plain = word ~= "" and not word:find('[ \t"]')
    line[index] = plain and word or '"' .. word:gsub("\\+$", "%0%0") .. '"'
  end
  return table.concat(line, " ")
end

-- Microsoft's processthreadsapi.h, processenv.h and stringapiset.h, on 64-bit Windows.
pure.WINDOWS_DECLARATIONS = [[
  typedef struct {
    uint32_t size; void *texts[3]; uint32_t numbers[8]; uint16_t show, more; void *handles[4];
  } obs_telemetry_startup;
  typedef struct { void *process, *thread; uint32_t pid, tid; } obs_telemetry_process;
  int MultiByteToWideChar(uint32_t page, uint32_t flags, const char *text, int bytes,
    uint16_t *wide, int units);
  int WideCharToMultiByte(uint32_t page, uint32_t flags, const uint16_t *wide, int units,
    char *text, int bytes, const char *otherwise, int *used);
  uint32_t GetEnvironmentVariableW(const uint16_t *name, uint16_t *value, uint32_t units);
  int CreateProcessW(const uint16_t *program, uint16_t *line, void *process_security,
    void *thread_security, int inherit, uint32_t flags, void *environment,
    const uint16_t *folder, obs_telemetry_startup *startup, obs_telemetry_process *process);
  int CloseHandle(void *handle);
]]

-- POSIX spawn.h. The two opaque structures are smaller than 1 KiB everywhere.
local POSIX_DECLARATIONS = [[
  typedef struct { uint64_t bytes[128]; } obs_telemetry_opaque;
  int posix_spawn(int *pid, const char *path, const obs_telemetry_opaque *actions,
    const obs_telemetry_opaque *attributes, const char *const *argv, char **environment);
  int posix_spawn_file_actions_init(obs_telemetry_opaque *actions);
  int posix_spawn_file_actions_addopen(obs_telemetry_opaque *actions, int fd, const char *path,
    int flags, unsigned int mode);
  int posix_spawn_file_actions_addclosefrom_np(obs_telemetry_opaque *actions, int from);
  int posix_spawn_file_actions_destroy(obs_telemetry_opaque *actions);
  int posix_spawnattr_init(obs_telemetry_opaque *attributes);
  int posix_spawnattr_setflags(obs_telemetry_opaque *attributes, short flags);
  int posix_spawnattr_destroy(obs_telemetry_opaque *attributes);
  int waitpid(int pid, int *status, int options);
  extern char **environ;
  char ***_NSGetEnviron(void);
]]

local CREATE_NO_WINDOW, UTF8 = 0x08000000, 65001

-- UTF-8 as UTF-16, which is what Windows has paths in.
local function wide(ffi, text)
  local units = ffi.C.MultiByteToWideChar(UTF8, 0, text, -1, nil, 0)
  local buffer = ffi.new("uint16_t[?]", units)
  ffi.C.MultiByteToWideChar(UTF8, 0, text, -1, buffer, units)
  return buffer
end

-- A program runs in its own folder: while it runs, Windows lets nobody delete or move the folder
-- that it runs in, and OBS's must stay free.
local function launch_windows(ffi, words)
  local startup, process = ffi.new("obs_telemetry_startup"), ffi.new("obs_telemetry_process")
  startup.size = ffi.sizeof(startup)
  local folder = words[1]:match("^(.*[/\\])[^/\\]*$")
  if ffi.C.CreateProcessW(wide(ffi, words[1]), wide(ffi, pure.command_line(words)), nil, nil, 0,
    CREATE_NO_WINDOW, nil, folder and wide(ffi, folder), startup, process) == 0 then
    return false
  end
  ffi.C.CloseHandle(process.thread)
  ffi.C.CloseHandle(process.process)
  return true
end

-- POSIX_SPAWN_SETSID: in glibc's spawn.h; in Apple's, together with POSIX_SPAWN_CLOEXEC_DEFAULT.
local SPAWN_FLAGS = { linux = 0x80, macos = 0x4400 }
local READ_AND_WRITE = 2

-- A shell starts the program in a session of its own and ends at once: so OBS has no child whose
-- end it would have to wait for.
local function launch_posix(ffi, words, platform)
  local file = io.open(words[1], "rb")
  if file == nil then return false end
  file:close()
  local argv = ffi.new("const char *[?]", #words + 4)
  argv[0], argv[1], argv[2] = "/bin/sh", "-c", '"$0" "$@" &'
  for index, word in ipairs(words) do argv[index + 2] = word end
  local actions, attributes = ffi.new("obs_telemetry_opaque"), ffi.new("obs_telemetry_opaque")
  ffi.C.posix_spawn_file_actions_init(actions)
  ffi.C.posix_spawnattr_init(attributes)
  for fd = 0, 2 do
    ffi.C.posix_spawn_file_actions_addopen(actions, fd, "/dev/null", READ_AND_WRITE, 0)
  end
  -- Missing before glibc 2.34: then the sidecar inherits what OBS left open.
  pcall(function() ffi.C.posix_spawn_file_actions_addclosefrom_np(actions, 3) end)
  ffi.C.posix_spawnattr_setflags(attributes, SPAWN_FLAGS[platform])
  local environment = platform == "macos" and ffi.C._NSGetEnviron()[0] or ffi.C.environ
  local pid = ffi.new("int[1]")
  local failed = ffi.C.posix_spawn(pid, argv[0], actions, attributes, argv, environment) ~= 0
  ffi.C.posix_spawn_file_actions_destroy(actions)
  ffi.C.posix_spawnattr_destroy(attributes)
  if not failed then ffi.C.waitpid(pid[0], nil, 0) end
  return not failed
end

local declared = false

local function open_ffi(platform)
  local ffi = require("ffi")
  if not declared then
    ffi.cdef(platform == "windows" and pure.WINDOWS_DECLARATIONS or POSIX_DECLARATIONS)
    declared = true
  end
  return ffi
end

-- Starts a program without a window, apart from OBS; whether that worked. Takes some milliseconds.
function pure.launch(platform, words)
  local ok, started = pcall(function()
    local ffi = open_ffi(platform)
    if platform == "windows" then return launch_windows(ffi, words) end
    return launch_posix(ffi, words, platform)
  end)
  return ok and started
end

local function windows_environment(ffi, name)
  local wide_name = wide(ffi, name)
  local units = ffi.C.GetEnvironmentVariableW(wide_name, nil, 0)
  if units == 0 then return nil end
  local value = ffi.new("uint16_t[?]", units)
  ffi.C.GetEnvironmentVariableW(wide_name, value, units)
  local bytes = ffi.C.WideCharToMultiByte(UTF8, 0, value, -1, nil, 0, nil, nil)
  local text = ffi.new("char[?]", bytes)
  ffi.C.WideCharToMultiByte(UTF8, 0, value, -1, text, bytes, nil, nil)
  return ffi.string(text)
end

-- A variable of the environment, or nil. On Windows `os.getenv` knows the letters of the system's
-- code page alone, and has them not in UTF-8: a user name such as "Jörg" would break a path.
function pure.environment(platform, name)
  if platform == "windows" then
    local ok, value = pcall(function() return windows_environment(open_ffi(platform), name) end)
    if ok then return value end
  end
  return os.getenv(name)
end

if obs == nil then return pure end

------------------------------------------------------------------------------------------------
-- OBS: reading the bridge file
------------------------------------------------------------------------------------------------

-- Stored 0xAABBGGRR. Lighter tints of the green, yellow and red of OBS's own theme: as text over
-- a game the theme's are too dark.
local WHITE, GREY = 0xFFFFFFFF, 0xFFC8C8C8
local COLOURS = {
  { "healthy", "Colour while healthy", 0xFF8AF07D },
  { "warning", "Colour of a warning", 0xFF4AD2FF },
  { "critical", "Colour while critical", 0xFF8C78FF },
}

-- Work here is short and rare, never a long loop: compiled code would not repay its compilation,
-- which takes longer than a frame should wait.
if jit then jit.off() end
collectgarbage("setstepmul", 1000)
collectgarbage("stop")

local has_value, get_double = obs.obs_data_has_user_value, obs.obs_data_get_double
local get_string, get_bool = obs.obs_data_get_string, obs.obs_data_get_bool
local get_obj, get_array = obs.obs_data_get_obj, obs.obs_data_get_array
local release = obs.obs_data_release

local platform = pure.platform(jit and jit.os, package.config:sub(1, 1))

-- libobs reads null as 0, so every figure is asked for first. From OBS 32.1 on null is a value too,
-- of another kind than a number: it alone does not take a number as its default.
local function number(data, key)
  if not has_value(data, key) then return nil end
  local value = get_double(data, key)
  if value ~= 0 then return value end
  obs.obs_data_set_default_double(data, key, 1)
  if obs.obs_data_has_default_value(data, key) then return 0 end
end

local function words(data, key)
  local raw = get_string(data, key)
  if raw ~= nil and raw ~= "" then return pure.clean(raw) end
end

-- Calls `read` with the object under `key`, if there is one.
local function inside(data, key, read, target)
  local object = get_obj(data, key)
  if object == nil then return end
  read(object, target)
  release(object)
end

-- Calls `read` with each object in the array under `key`.
local function each(data, key, read, target)
  local array = get_array(data, key)
  if array == nil then return end
  for index = 0, obs.obs_data_array_count(array) - 1 do
    local item = obs.obs_data_array_item(array, index)
    read(item, target)
    release(item)
  end
  obs.obs_data_array_release(array)
end

local function read_output(data, snapshot)
  local output = {
    name = words(data, "name"),
    kind = get_string(data, "kind"),
    active = get_bool(data, "active"),
  }
  if output.active then
    output.reconnecting = get_bool(data, "reconnecting")
    output.reconnects = number(data, "reconnects")
    output.bitrate = number(data, "bitrate_kbps")
    output.target = number(data, "target_bitrate_kbps")
    output.drops = number(data, "recent_drop_percentage")
    output.congestion = number(data, "congestion")
    output.uptime = number(data, "uptime_s")
  end
  snapshot.outputs[#snapshot.outputs + 1] = output
end

local function read_obs(data, snapshot)
  snapshot.connected = get_bool(data, "connected")
  snapshot.streaming = get_bool(data, "streaming")
  snapshot.recording = get_bool(data, "recording")
  each(data, "outputs", read_output, snapshot)
  snapshot.network_drops = number(data, "recent_drop_percentage")
  snapshot.render_lags = number(data, "recent_render_lagged_percentage")
  snapshot.encoder_skips = number(data, "recent_encoder_skipped_percentage")
  snapshot.fps = number(data, "active_fps")
  snapshot.target_fps = number(data, "target_fps")
end

local function read_gpu(data, snapshot)
  snapshot.gpu = {
    load = number(data, "utilization_percent"),
    encoder = number(data, "encoder_utilization_percent"),
    temperature = number(data, "temperature_celsius"),
    vram_used = number(data, "vram_used_mb"),
    vram_total = number(data, "vram_total_mb"),
  }
end

local function read_system(data, snapshot)
  snapshot.cpu = number(data, "cpu_usage_percent")
  snapshot.memory_used = number(data, "memory_used_gb")
  snapshot.memory_total = number(data, "memory_total_gb")
  snapshot.disk_free = number(data, "disk_free_gb")
  snapshot.record_minutes_left = number(data, "record_minutes_left")
  inside(data, "gpu", read_gpu, snapshot)
end

local function read_network(data, snapshot)
  snapshot.upload = number(data, "upload_speed_mbps")
  snapshot.latency = number(data, "latency_ms")
end

local function read_alert(data, snapshot)
  snapshot.alerts[#snapshot.alerts + 1] = {
    severity = get_string(data, "severity"),
    message = words(data, "message"),
  }
end

local function read_collector(data, snapshot)
  snapshot.obs_error = words(data, "error")
end

local function read_collectors(data, snapshot)
  inside(data, "obs", read_collector, snapshot)
end

local function read_health(data, snapshot)
  snapshot.overall = get_string(data, "overall")
  each(data, "alerts", read_alert, snapshot)
  inside(data, "collectors", read_collectors, snapshot)
end

local function read_file(data, snapshot)
  inside(data, "obs", read_obs, snapshot)
  inside(data, "system", read_system, snapshot)
  inside(data, "network", read_network, snapshot)
  inside(data, "health", read_health, snapshot)
end

------------------------------------------------------------------------------------------------
-- OBS: the text source
------------------------------------------------------------------------------------------------

local TEXT_KINDS = { text_gdiplus = true, text_ft2_source = true }
local TEXT_KIND = platform == "windows" and "text_gdiplus" or "text_ft2_source"
local FONTS = { windows = "Consolas", macos = "Menlo", linux = "DejaVu Sans Mono" }

-- Everything the user set, as of the latest script_update.
local config = { show = {}, colours = {} }
-- What the source shows now, so that it is touched only for a change.
local shown = {}

local function is_text(source)
  return TEXT_KINDS[obs.obs_source_get_unversioned_id(source)] == true
end

-- Whether there is a text source of the chosen name; nil if another kind of source has it.
local function overlay_exists()
  local source = obs.obs_get_source_by_name(config.source_name)
  if source == nil then return false end
  local usable = is_text(source)
  obs.obs_source_release(source)
  if usable then return true end
end

local function show_text(text, colour)
  if text == shown.text and colour == shown.colour then return end
  local source = obs.obs_get_source_by_name(config.source_name)
  if source == nil then return end
  local settings = obs.obs_data_create()
  obs.obs_data_set_string(settings, "text", text)
  if obs.obs_source_get_unversioned_id(source) == "text_gdiplus" then
    obs.obs_data_set_int(settings, "color", colour)
  else
    obs.obs_data_set_int(settings, "color1", colour)
    obs.obs_data_set_int(settings, "color2", colour)
  end
  obs.obs_source_update(source, settings)
  release(settings)
  obs.obs_source_release(source)
  shown.text, shown.colour = text, colour
end

-- Large enough to read on a 1080p canvas, in proportion on others.
local function font_size()
  local video = obs.obs_video_info()
  if not obs.obs_get_video_info(video) then return 28 end
  return math.max(12, math.floor(video.base_height * 28 / 1080 + 0.5))
end

-- A new text source, legible over any picture; the caller releases it.
local function create_source()
  local settings, font = obs.obs_data_create(), obs.obs_data_create()
  obs.obs_data_set_string(font, "face", FONTS[platform])
  obs.obs_data_set_string(font, "style", "Bold")
  obs.obs_data_set_int(font, "size", font_size())
  obs.obs_data_set_int(font, "flags", obs.OBS_FONT_BOLD)
  obs.obs_data_set_obj(settings, "font", font)
  obs.obs_data_set_string(settings, "text", "OBS Telemetry")
  obs.obs_data_set_bool(settings, "outline", true)
  obs.obs_data_set_bool(settings, "drop_shadow", true)
  if TEXT_KIND == "text_gdiplus" then
    obs.obs_data_set_int(settings, "outline_color", 0)
    obs.obs_data_set_int(settings, "bk_color", 0)
    obs.obs_data_set_int(settings, "bk_opacity", 65)
  end
  local kind = obs.obs_get_latest_input_type_id(TEXT_KIND)
  local source = obs.obs_source_create(kind, config.source_name, settings, nil)
  release(font)
  release(settings)
  shown.text = nil
  return source
end

-- Adds the overlay to a scene. A source that is to be hidden is off until its item's eye is, so
-- that not one frame shows it.
local function add_item(scene, visible)
  local source = obs.obs_get_source_by_name(config.source_name) or create_source()
  if source == nil then return false end
  if not visible then obs.obs_source_set_enabled(source, false) end
  local item = obs.obs_scene_add(scene, source)
  if item ~= nil then
    local position = obs.vec2()
    position.x, position.y = 24, 24
    obs.obs_sceneitem_set_pos(item, position)
    obs.obs_sceneitem_set_visible(item, visible)
  end
  obs.obs_source_set_enabled(source, true)
  obs.obs_source_release(source)
  return item ~= nil
end

-- The scene that the user edits: in studio mode that is not the one on air.
local function edited_scene()
  return obs.obs_frontend_preview_program_mode_active()
    and obs.obs_frontend_get_current_preview_scene() or obs.obs_frontend_get_current_scene()
end

local function warn_of_name()
  if config.warned then return end
  config.warned = true
  obs.script_log(obs.LOG_WARNING, "'" .. config.source_name
    .. "' is the name of a source that is not a text source: choose another name.")
end

-- Puts the overlay into the edited scene, with its eye on or off. False if that can't be.
local function put_into_scene(visible)
  if overlay_exists() == nil then
    warn_of_name()
    return false
  end
  local scene_source = edited_scene()
  if scene_source == nil then return false end
  local scene = obs.obs_scene_from_source(scene_source)
  local item, done = obs.obs_scene_find_source_recursive(scene, config.source_name), true
  if item ~= nil then
    obs.obs_sceneitem_set_visible(item, visible)
  else
    done = add_item(scene, visible)
  end
  obs.obs_source_release(scene_source)
  return done
end

------------------------------------------------------------------------------------------------
-- OBS: creating the overlay unasked, once and only off air
------------------------------------------------------------------------------------------------

-- The script's own settings, owned by OBS for as long as the script is loaded.
local script_settings
local loaded = false
-- The scene to put the overlay into once OBS is off air.
local later_scene

local function is_to_be_created()
  return loaded and config.auto_create
    and not obs.obs_data_get_bool(script_settings, "overlay_created")
end

local function created()
  obs.obs_data_set_bool(script_settings, "overlay_created", true)
end

local function off_air()
  return not (obs.obs_frontend_streaming_active() or obs.obs_frontend_recording_active()
    or obs.obs_frontend_replay_buffer_active() or obs.obs_frontend_virtualcam_active()
    or obs.obs_video_active())
end

-- OBS tells that an output stopped some milliseconds before it is inactive, and no event follows:
-- the tick looks when that is.
local function create_once()
  later_scene = nil
  if not is_to_be_created() then return end
  if overlay_exists() or (off_air() and put_into_scene(false)) then return created() end
  local scene_source = edited_scene()
  if scene_source == nil then return end
  later_scene = obs.obs_source_get_name(scene_source)
  obs.obs_source_release(scene_source)
end

-- What `create_once` could not do on air. For the tick: without a frontend call.
local function create_later()
  if later_scene == nil or obs.obs_video_active() then return end
  local scene_source = obs.obs_get_source_by_name(later_scene)
  later_scene = nil
  if scene_source == nil then return end
  local scene = obs.obs_scene_from_source(scene_source)
  local is_free = is_to_be_created() and overlay_exists() == false
  if is_free and scene ~= nil and add_item(scene, false) then created() end
  obs.obs_source_release(scene_source)
end

local CREATE_AT = {
  [obs.OBS_FRONTEND_EVENT_SCENE_CHANGED] = true,
  [obs.OBS_FRONTEND_EVENT_STREAMING_STOPPED] = true,
  [obs.OBS_FRONTEND_EVENT_RECORDING_STOPPED] = true,
  [obs.OBS_FRONTEND_EVENT_REPLAY_BUFFER_STOPPED] = true,
  [obs.OBS_FRONTEND_EVENT_VIRTUALCAM_STOPPED] = true,
}
local LOADED_AT = {
  [obs.OBS_FRONTEND_EVENT_FINISHED_LOADING] = true,
  [obs.OBS_FRONTEND_EVENT_SCENE_COLLECTION_CHANGED] = true,
}

local function on_event(event)
  if LOADED_AT[event] then loaded = true end
  if LOADED_AT[event] or CREATE_AT[event] then create_once() end
end

------------------------------------------------------------------------------------------------
-- OBS: libobs functions that scripts are not offered in a usable form
------------------------------------------------------------------------------------------------

local libobs

local function open_libobs()
  local ffi = require("ffi")
  ffi.cdef([[
    char *os_quick_read_utf8_file(const char *path);
    void bfree(void *pointer);
  ]])
  local library = platform == "windows" and ffi.load("obs") or ffi.C
  return {
    -- The file's text, or nil. Unlike io.open, takes an UTF-8 path on Windows.
    read_file = function(path)
      local chars = library.os_quick_read_utf8_file(path)
      if chars == nil then return nil end
      local text = ffi.string(chars)
      library.bfree(chars)
      return text
    end,
  }
end

do
  local ok, opened = pcall(open_libobs)
  -- Without them everything works all the same, only slower.
  libobs = ok and opened or { read_file = function() end }
end

------------------------------------------------------------------------------------------------
-- OBS: the tick. It runs in OBS's frame loop: no frontend call here, and nothing slow. An update
-- is a row of short jobs; each frame does a few, until its share of time is used up.
------------------------------------------------------------------------------------------------

local FRAME_SHARE_NS = 50e3

local watch = pure.new_watch()
-- Times since which the file can't be read, of the next try, and until which it isn't cut.
local failing_since, next_try, whole_until

-- The jobs of this update, each with one argument, and what they have made so far.
local jobs, arguments, job_count, next_job = {}, {}, 0, 1
local snapshot, lines

local function now_ms()
  return obs.os_gettime_ns() / 1e6
end

local function add_job(job, argument)
  job_count = job_count + 1
  jobs[job_count], arguments[job_count] = job, argument
end

local function colour_of(level)
  if not config.colour_by_health then return config.text_colour end
  if level == "off" then return GREY end
  return config.colours[level] or WHITE
end

local function show(status, text, level)
  show_text(text, colour_of(level))
  shown.status = status
end

local function show_status(status, context)
  if status == shown.status and shown.text ~= nil then return end
  context.path = config.bridge_file
  show(status, pure.status_view(status, context))
end

local function show_snapshot()
  show("fresh", pure.snapshot_view(snapshot, lines))
end

local function add_section(section)
  pure.add_section(section, lines, snapshot, config)
end

local function new_snapshot()
  snapshot, lines = { outputs = {}, alerts = {} }, {}
end

-- A file is replaced whole, so a reading that fails is most often the moment of the replacement:
-- the last text stays for a while. libobs logs each failure, so the tries then get fewer.
local function reading_failed(now)
  failing_since = failing_since or now
  if now - failing_since < PATIENCE_MS and shown.text ~= nil then return end
  local status = obs.os_file_exists(config.bridge_file) and "damaged" or "absent"
  if status == "damaged" then next_try = now + 2000 end
  show_status(status, {})
end

-- Notes a reading. True if its figures are to be shown; all else is dealt with here.
local function is_news(reading, now)
  failing_since = nil
  local moved, wall_ms = reading.sequence ~= watch.sequence, os.time() * 1000
  local stale = pure.observe(watch, reading, now, wall_ms)
  if stale then
    show_status("stale", { written_at_ms = reading.written_at_ms, wall_ms = wall_ms })
  end
  return not stale and (moved or shown.status ~= "fresh" or shown.text == nil)
end

-- Shows what a wholly parsed file says.
local function show_whole(data, now)
  local version, sequence = get_string(data, "version"), number(data, "sequence")
  if sequence == nil or version:match("^1%.") == nil then
    show_status("foreign", {})
  elseif is_news({ sequence = sequence, written_at_ms = number(data, "written_at_ms") }, now) then
    new_snapshot()
    read_file(data, snapshot)
    for _, section in ipairs(pure.SECTIONS) do add_section(section) end
    show_snapshot()
  end
end

-- Reads and shows a file in one go, whatever its layout.
local function refresh_whole(now)
  local data = obs.obs_data_create_from_json_file(config.bridge_file)
  if data == nil then return reading_failed(now) end
  show_whole(data, now)
  release(data)
end

-- Parses a piece of the file and reads it. A piece that can't be parsed was cut in the wrong
-- place: most likely for a brace in a name, which will be there for a while.
local function read_piece(piece)
  local data = obs.obs_data_create_from_json(piece.text)
  if data ~= nil then
    piece.read(data, snapshot)
    return release(data)
  end
  local now = now_ms()
  whole_until, shown.text, next_job = now + 60000, nil, job_count + 1
  refresh_whole(now)
end

local function cut_outputs(text)
  local rest, outputs = pure.cut_outputs(text)
  if rest == nil then return read_piece({ text = text, read = read_obs }) end
  read_piece({ text = rest, read = read_obs })
  for _, output in ipairs(outputs) do
    add_job(read_piece, { text = output, read = read_output })
  end
end

-- Automatic collection would strike in the middle of any job; this is a little at a time.
local function collect()
  collectgarbage("step", 0)
  collectgarbage("stop")
end

local function add_view_jobs()
  add_job(collect)
  for _, section in ipairs(pure.SECTIONS) do add_job(add_section, section) end
  add_job(show_snapshot)
  add_job(collect)
end

local function cut_file(text)
  local now = now_ms()
  local reading, pieces = pure.cut_file(text)
  if reading == nil then return refresh_whole(now) end
  if not is_news(reading, now) then return end
  new_snapshot()
  add_job(read_piece, { text = pieces.system, read = read_system })
  add_job(read_piece, { text = pieces.network, read = read_network })
  add_job(read_piece, { text = pieces.health, read = read_health })
  add_job(cut_outputs, pieces.obs)
  add_job(add_view_jobs)
end

-- Starts an update, if the overlay is there to be updated.
local function look()
  if not overlay_exists() then
    shown.text = nil
    return create_later()
  end
  local now = now_ms()
  if next_try ~= nil and now < next_try then return end
  next_try = nil
  local text
  if whole_until == nil or now >= whole_until then text = libobs.read_file(config.bridge_file) end
  if text == nil then return refresh_whole(now) end
  add_job(cut_file, text)
end

local function work(start_ns)
  if next_job > job_count then
    job_count, next_job = 0, 1
    add_job(collect)
    add_job(look)
  end
  while next_job <= job_count and obs.os_gettime_ns() - start_ns < FRAME_SHARE_NS do
    local job, argument = jobs[next_job], arguments[next_job]
    next_job = next_job + 1
    job(argument)
  end
end

local times = {}

-- For the benchmark: with the script's setting `measure` = N (not in the dialogue), logs how long
-- the work in N frames took, again and again; frames without work don't count.
local function measure(start_ns)
  times[#times + 1] = (obs.os_gettime_ns() - start_ns) / 1000
  local count = #times
  if count < config.measure then return end
  table.sort(times)
  local line = "tick: n=%d p50=%.1f us p99=%.1f us max=%.1f us heap=%.0f KB"
  obs.script_log(obs.LOG_INFO, line:format(count, times[math.ceil(count * 0.5)],
    times[math.ceil(count * 0.99)], times[count], collectgarbage("count")))
  times = {}
end

local next_look_ns = 0

local function on_frame()
  if config.interval_ms == nil then return end
  local start_ns = obs.os_gettime_ns()
  if next_job > job_count then
    if start_ns < next_look_ns then return end
    next_look_ns = start_ns + config.interval_ms * 1e6
  end
  work(start_ns)
  if config.measure > 0 then measure(start_ns) end
end

------------------------------------------------------------------------------------------------
-- OBS: settings and life cycle
------------------------------------------------------------------------------------------------

local function default_path()
  return pure.default_path(platform, function(name) return pure.environment(platform, name) end)
end

local function launcher_path()
  if config.launcher ~= "" then return config.launcher end
  return pure.default_launcher(platform, script_path())
end

local function start_sidecar()
  local launcher = launcher_path()
  local words = pure.launch_words(launcher, config.bridge_file, default_path())
  if pure.launch(platform, words) then
    obs.script_log(obs.LOG_INFO, "Started the sidecar: " .. launcher)
  else
    obs.script_log(obs.LOG_WARNING, "Cannot start the sidecar: there is no program " .. launcher
      .. " that can be run. Choose it in this script's settings.")
  end
end

-- Whether OBS has loaded the script and not told its settings yet.
local is_new = false

-- At OBS's start, once; where one runs already, its lock would end a second one by itself.
local function start_with_obs()
  if not config.start_with_obs then return end
  local text = libobs.read_file(config.bridge_file)
  local written_at_ms = text and tonumber(text:match('"written_at_ms":(%d+)'))
  if not pure.is_written_now(written_at_ms, os.time() * 1000) then start_sidecar() end
end

local function on_start_button()
  start_sidecar()
  return false
end

function script_description()
  return "<b>OBS Telemetry overlay</b><br>Shows in a text source how your stream, recording and"
    .. " PC are doing, as measured by the OBS Telemetry Bridge, which must be running."
    .. " The source is created hidden: press the button below, or its eye, to show it."
end

function script_defaults(settings)
  obs.obs_data_set_default_string(settings, "bridge_file", default_path())
  obs.obs_data_set_default_int(settings, "update_interval", 500)
  obs.obs_data_set_default_bool(settings, "auto_create_source", true)
  obs.obs_data_set_default_string(settings, "source_name", "Telemetry Overlay")
  for _, section in ipairs(pure.SECTIONS) do
    obs.obs_data_set_default_bool(settings, "show_" .. section.name, true)
  end
  obs.obs_data_set_default_double(settings, "warn_percent", 0.1)
  obs.obs_data_set_default_double(settings, "bad_percent", 1)
  obs.obs_data_set_default_bool(settings, "colour_by_health", true)
  for _, colour in ipairs(COLOURS) do
    obs.obs_data_set_default_int(settings, "colour_" .. colour[1], colour[3])
  end
  obs.obs_data_set_default_int(settings, "text_colour", WHITE)
  obs.obs_data_set_default_bool(settings, "start_with_obs", false)
end

local function list_text_sources(list)
  local sources = obs.obs_enum_sources()
  if sources == nil then return end
  for _, source in ipairs(sources) do
    if is_text(source) then
      local name = obs.obs_source_get_name(source)
      obs.obs_property_list_add_string(list, name, name)
    end
  end
  obs.source_list_release(sources)
end

local function on_show_button()
  put_into_scene(true)
  return false
end

local function on_create_button()
  if overlay_exists() == false then put_into_scene(false) end
  return false
end

function script_properties()
  local props = obs.obs_properties_create()
  obs.obs_properties_add_button(props, "show_overlay",
    "Show the overlay in the current scene (adds it if need be)", on_show_button)
  obs.obs_properties_add_button(props, "create_overlay",
    "Create the overlay again, hidden", on_create_button)
  obs.obs_properties_add_path(props, "bridge_file", "Bridge file", obs.OBS_PATH_FILE,
    "Bridge file (*.json)", nil)
  obs.obs_properties_add_int(props, "update_interval", "Update interval (ms)", 100, 5000, 100)
  local list = obs.obs_properties_add_list(props, "source_name", "Text source",
    obs.OBS_COMBO_TYPE_EDITABLE, obs.OBS_COMBO_FORMAT_STRING)
  list_text_sources(list)
  obs.obs_properties_add_bool(props, "auto_create_source",
    "Create the source once, hidden, while nothing is live or recording")
  for _, section in ipairs(pure.SECTIONS) do
    obs.obs_properties_add_bool(props, "show_" .. section.name, "Show: " .. section.label)
  end
  obs.obs_properties_add_float(props, "warn_percent", "Lost frames: ! from (%)", 0, 100, 0.1)
  obs.obs_properties_add_float(props, "bad_percent", "Lost frames: !! from (%)", 0, 100, 0.1)
  obs.obs_properties_add_bool(props, "colour_by_health", "Colour the text by health")
  for _, colour in ipairs(COLOURS) do
    obs.obs_properties_add_color(props, "colour_" .. colour[1], colour[2])
  end
  obs.obs_properties_add_color(props, "text_colour", "Colour if not coloured by health")
  obs.obs_properties_add_bool(props, "start_with_obs", "Start the sidecar with OBS")
  obs.obs_properties_add_path(props, "launcher", "Sidecar's program (empty: beside this script)",
    obs.OBS_PATH_FILE, nil, nil)
  obs.obs_properties_add_button(props, "start_sidecar", "Start the sidecar now", on_start_button)
  return props
end

function script_update(settings)
  local function text(key, otherwise)
    local value = get_string(settings, key)
    return value ~= "" and value or otherwise
  end
  config.bridge_file = text("bridge_file", default_path())
  config.source_name = text("source_name", "Telemetry Overlay")
  config.auto_create = get_bool(settings, "auto_create_source")
  for _, section in ipairs(pure.SECTIONS) do
    config.show[section.name] = get_bool(settings, "show_" .. section.name)
  end
  config.warn = get_double(settings, "warn_percent")
  config.bad = math.max(config.warn, get_double(settings, "bad_percent"))
  config.colour_by_health = get_bool(settings, "colour_by_health")
  for _, colour in ipairs(COLOURS) do
    config.colours[colour[1]] = obs.obs_data_get_int(settings, "colour_" .. colour[1])
  end
  config.text_colour = obs.obs_data_get_int(settings, "text_colour")
  config.start_with_obs = get_bool(settings, "start_with_obs")
  config.launcher = get_string(settings, "launcher")
  config.measure = obs.obs_data_get_int(settings, "measure")
  local interval_ms = obs.obs_data_get_int(settings, "update_interval")
  config.interval_ms = math.max(100, math.min(5000, interval_ms))
  shown, watch, failing_since, next_try, whole_until = {}, pure.new_watch(), nil, nil, nil
  job_count, next_job, next_look_ns = 0, 1, 0
  config.warned = false
  create_once()
  if is_new then
    is_new = false
    start_with_obs()
  end
end

function script_load(settings)
  script_settings = settings
  -- At start OBS loads scripts before scenes; where there is a scene, a person added the script.
  local scene = obs.obs_frontend_get_current_scene()
  loaded = scene ~= nil
  if scene ~= nil then obs.obs_source_release(scene) end
  obs.obs_frontend_add_event_callback(on_event)
  -- With every frame. Not by `script_tick`: a frame that falls into the loading of a script that has
  -- one crashes OBS up to 30.0 (obs-studio pull request 10166).
  obs.timer_add(on_frame, 1)
  is_new = true
end

-- OBS takes the event callback back by itself. Removing it here crashes OBS 29: at this moment it
-- no longer knows which script is calling.
function script_unload()
  -- Figures that nobody updates any more must not stay on the screen.
  if overlay_exists() then show_text("Telemetry overlay: the script is not loaded.", GREY) end
end
