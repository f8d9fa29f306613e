-- What the overlay's script uses of OBS's Lua, where no OBS is: settings, one scene, text sources,
-- a timer, the log. For LuaJIT on Windows, with the library of tests/fixtures/obs_stub.c beside it.

local ffi = require("ffi")
ffi.cdef([[
  char *os_quick_read_utf8_file(const char *path);
  void bfree(void *pointer);
  void Sleep(uint32_t milliseconds);
  uint64_t GetTickCount64(void);
]])
local library = ffi.load("obs")

local function read_file(path)
  local chars = library.os_quick_read_utf8_file(path)
  if chars == nil then return nil end
  local text = ffi.string(chars)
  library.bfree(chars)
  return text
end

-- JSON text as data objects; a null is not there, as libobs has it.
local function parse(text)
  local at = 1
  local value
  local function skip() at = text:match("^%s*()", at) end
  local function take(pattern)
    skip()
    local found, after = text:match("^(" .. pattern .. ")()", at)
    if found then at = after end
    return found
  end
  local function word()
    local raw, after = text:match('^"([^"\\]*)"()', at)
    assert(raw, "a plain text is expected")
    at = after
    return raw
  end
  local function object()
    local data = { values = {}, defaults = {} }
    while not take("}") do
      skip()
      local key = word()
      assert(take(":"))
      data.values[key] = value()
      take(",")
    end
    return data
  end
  local function array()
    local items = {}
    while not take("%]") do
      items[#items + 1] = value()
      take(",")
    end
    return items
  end
  function value()
    if take("{") then return object() end
    if take("%[") then return array() end
    if take("null") then return nil end
    if take("true") then return true end
    if take("false") then return false end
    local number = take("%-?%d[%d.eE+-]*")
    if number then return tonumber(number) end
    return word()
  end
  return value()
end

local scene, sources, timers, log = {}, {}, {}, {}

local function get(otherwise)
  return function(data, key)
    local value = data.values[key]
    if value == nil then value = data.defaults[key] end
    if value == nil then return otherwise end
    return value
  end
end

local function set(data, key, value) data.values[key] = value end
local function set_default(data, key, value) data.defaults[key] = value end
local function no() return false end
local function nothing() end
local function new_data() return { values = {}, defaults = {} } end

obslua = {
  LOG_INFO = "info",
  LOG_WARNING = "warning",
  OBS_FONT_BOLD = 1,
  OBS_FRONTEND_EVENT_SCENE_CHANGED = 1,
  OBS_FRONTEND_EVENT_STREAMING_STOPPED = 2,
  OBS_FRONTEND_EVENT_RECORDING_STOPPED = 3,
  OBS_FRONTEND_EVENT_REPLAY_BUFFER_STOPPED = 4,
  OBS_FRONTEND_EVENT_VIRTUALCAM_STOPPED = 5,
  OBS_FRONTEND_EVENT_FINISHED_LOADING = 6,
  OBS_FRONTEND_EVENT_SCENE_COLLECTION_CHANGED = 7,
  script_log = function(level, text) log[#log + 1] = level .. ": " .. text end,
  timer_add = function(callback) timers[#timers + 1] = callback end,
  os_gettime_ns = function() return tonumber(ffi.C.GetTickCount64()) * 1e6 end,
  os_file_exists = function(path) return read_file(path) ~= nil end,
  obs_data_create = new_data,
  obs_data_create_from_json = parse,
  obs_data_create_from_json_file = function(path)
    local text = read_file(path)
    return text and parse(text)
  end,
  obs_data_release = nothing,
  obs_data_has_user_value = function(data, key) return data.values[key] ~= nil end,
  obs_data_has_default_value = function(data, key) return data.defaults[key] ~= nil end,
  obs_data_get_string = get(""),
  obs_data_get_bool = get(false),
  obs_data_get_int = get(0),
  obs_data_get_double = get(0),
  obs_data_get_obj = get(nil),
  obs_data_get_array = get(nil),
  obs_data_array_count = function(items) return #items end,
  obs_data_array_item = function(items, index) return items[index + 1] end,
  obs_data_array_release = nothing,
  obs_data_set_string = set,
  obs_data_set_bool = set,
  obs_data_set_int = set,
  obs_data_set_obj = set,
  obs_data_set_default_string = set_default,
  obs_data_set_default_bool = set_default,
  obs_data_set_default_int = set_default,
  obs_data_set_default_double = set_default,
  obs_frontend_add_event_callback = nothing,
  obs_frontend_get_current_scene = function() return scene end,
  obs_frontend_preview_program_mode_active = no,
  obs_frontend_streaming_active = no,
  obs_frontend_recording_active = no,
  obs_frontend_replay_buffer_active = no,
  obs_frontend_virtualcam_active = no,
  obs_video_active = no,
  obs_video_info = new_data,
  obs_get_video_info = no,
  obs_get_latest_input_type_id = function(kind) return kind end,
  obs_source_create = function(kind, name, settings)
    sources[name] = { kind = kind, text = settings.values.text }
    return sources[name]
  end,
  obs_source_get_unversioned_id = function(source) return source.kind end,
  obs_source_set_enabled = nothing,
  obs_source_update = function(source, settings) source.text = settings.values.text end,
  obs_source_release = nothing,
  obs_get_source_by_name = function(name) return sources[name] end,
  obs_scene_from_source = function(source) return source end,
  obs_scene_find_source_recursive = function(_, name) return scene[name] end,
  obs_scene_add = function(_, source) return source end,
  obs_sceneitem_set_pos = nothing,
  obs_sceneitem_set_visible = nothing,
  vec2 = function() return {} end,
}

local stand_in = { log = log }

-- Loads the script in `folder`, which ends in a slash, as OBS does: the code of a UTF-8 path, then
-- defaults, load and update.
function stand_in.load(folder, settings)
  function script_path() return folder end
  local data = { values = settings, defaults = {} }
  assert(loadstring(assert(read_file(folder .. "obs_telemetry.lua")), "@overlay"))()
  script_defaults(data)
  script_load(data)
  script_update(data)
end

-- Draws frames until the overlay's text contains `wanted`, for `seconds` at most; the text.
function stand_in.frames(wanted, seconds)
  local last = os.time() + seconds
  repeat
    for _, callback in ipairs(timers) do callback() end
    local source = sources["Telemetry Overlay"]
    if source and source.text:find(wanted, 1, true) then return source.text end
    ffi.C.Sleep(10)
  until os.time() > last
  return sources["Telemetry Overlay"] and sources["Telemetry Overlay"].text
end

return stand_in
