-- Prints what the table needs of a run: requests a second, percentiles in milliseconds, and answers that were not 200.
bad = 0
local threads = {}

function setup(thread)
  table.insert(threads, thread)
end

function init()
  bad = 0
end

function response(status)
  if status ~= 200 then
    bad = bad + 1
  end
end

function done(summary, latency)
  local wrong = 0
  for _, thread in ipairs(threads) do
    wrong = wrong + thread:get("bad")
  end
  local ms = function(p) return latency:percentile(p) / 1000 end
  io.write(string.format("RESULT %d %.1f %.1f %.1f %.1f %d\n", summary.requests,
    summary.requests / (summary.duration / 1e6), ms(50), ms(95), ms(99), wrong))
end
