-- Sends a mix of classes of requests and prints what became of each class.
--
--   wrk -tN -cN -s drive.lua URL -- PLAN
--
-- One connection a thread, so that an answer belongs to the last request of its thread and its time to a class. PLAN is
-- what all threads read, PLAN.1, PLAN.2 … what each sends once; lines of fields with tabs between:
--   class   name  weight  status        the status that it should answer with
--   headers name  line                  headers of a class, one a line
--   send    class method path header body    again and again, in turn; one header line more, or none
--   once    class method path header body    once
local ffi = require("ffi")
ffi.cdef [[
  typedef struct { long seconds; long nanoseconds; } moment;
  int clock_gettime(int clock, moment *now);
]]
local now = ffi.new("moment")
-- Microseconds of CLOCK_MONOTONIC.
local function clock()
  ffi.C.clock_gettime(1, now)
  return tonumber(now.seconds) * 1e6 + tonumber(now.nanoseconds) / 1e3
end

local threads = {}
function setup(thread)
  table.insert(threads, thread)
  thread:set("number", #threads)
end

-- Classes by number, and what is still to be sent. What `done` reads from a thread are plain global numbers and texts,
-- named by class and step: wrk does not copy tables whole.
local classes, known, turns = {}, {}, {}
local STEP = math.log(1.01)
local current, begun

local function read(path)
  local file = io.open(path)
  if not file then return end
  for line in file:lines() do
    local f = {}
    for field in (line .. "\t"):gmatch("(.-)\t") do table.insert(f, field) end
    if f[1] == "class" then
      local class = { name = f[2], weight = tonumber(f[3]), status = tonumber(f[4]), headers = {}, again = {}, once = {}, next = 1 }
      table.insert(classes, class)
      class.number, known[f[2]] = #classes, class
    elseif f[1] == "headers" then
      local name, value = f[3]:match("^(.-): (.*)$")
      known[f[2]].headers[name] = value
    else
      local class = known[f[2]]
      local headers = { Host = wrk.headers["Host"] }
      for name, value in pairs(class.headers) do headers[name] = value end
      local name, value = f[5]:match("^(.-): (.*)$")
      if name then headers[name] = value end
      local text = wrk.format(f[3], f[4], headers, f[6] ~= "" and f[6] or nil)
      table.insert(f[1] == "send" and class.again or class.once, text)
    end
  end
  file:close()
end

function init(args)
  read(args[1])
  read(args[1] .. "." .. number)
  for _, class in ipairs(classes) do
    for _ = 1, class.weight do table.insert(turns, class) end
    -- Threads do not all begin with the same page.
    class.next = number
  end
  count = #classes
  math.randomseed(number)
end

local function draw()
  local class = turns[math.random(#turns)]
  if #class.again > 0 then
    class.next = class.next % #class.again + 1
    return class, class.again[class.next]
  end
  local text = table.remove(class.once)
  if text then return class, text end
  local name = "out_" .. class.number
  _G[name] = (_G[name] or 0) + 1
  return nil, wrk.format("GET", "/healthz")
end

function request()
  local text
  current, text = draw()
  begun = clock()
  return text
end

function response(status, _, body)
  if not current then return end
  local name
  if status == current.status then
    name = "h_" .. current.number .. "_" .. math.floor(math.log(clock() - begun) / STEP)
  else
    name = "bad_" .. current.number .. "_" .. status
    said = said or (current.name .. " " .. status .. " " .. body:sub(1, 300):gsub("%s+", " "))
  end
  _G[name] = (_G[name] or 0) + 1
end

function done(summary)
  local e = summary.errors
  io.write(string.format("RUN\t%d\t%d\n", summary.duration, e.connect + e.read + e.write + e.timeout))
  local count = threads[1]:get("count")
  for _, thread in ipairs(threads) do
    for class = 1, count do
      for step = 0, 2000 do
        local n = thread:get("h_" .. class .. "_" .. step)
        if n then io.write(string.format("TIME\t%d\t%.0f\t%d\n", class, math.exp((step + 0.5) * STEP), n)) end
      end
      for status = 100, 599 do
        local n = thread:get("bad_" .. class .. "_" .. status)
        if n then io.write(string.format("BAD\t%d\t%d\t%d\n", class, status, n)) end
      end
      local out = thread:get("out_" .. class)
      if out then io.write(string.format("OUT\t%d\t%d\n", class, out)) end
    end
    local words = thread:get("said")
    if words then io.write("SAID\t" .. words .. "\n") end
  end
end
