-- Prints what the tables need of a run: requests a second, percentiles in milliseconds, and answers that were not of the
-- expected status. Arguments: that status, and what is posted, if anything.
bad = 0
local expected = 200
local threads = {}

function setup(thread)
  table.insert(threads, thread)
end

function init(args)
  expected = tonumber(args[1])
  if args[2] then
    wrk.method, wrk.body = "POST", args[2]
  end
end

function response(status)
  if status ~= expected then
    bad = bad + 1
  end
end

function done(summary, latency)
  local e = summary.errors
  local wrong = e.connect + e.read + e.write + e.timeout
  for _, thread in ipairs(threads) do
    wrong = wrong + thread:get("bad")
  end
  local ms = function(p) return latency:percentile(p) / 1000 end
  io.write(string.format("RESULT %.1f %.2f %.2f %.2f %d\n", summary.requests / (summary.duration / 1e6), ms(50), ms(95),
    ms(99), wrong))
end
