-- wrk: asks paths chosen at random from the file that ASK names; the last line of the output is JSON.
local paths = {}
for line in io.lines(os.getenv("ASK")) do paths[#paths + 1] = line end
local headers = { ["authorization"] = "Bearer " .. os.getenv("TOKEN") }
local made = {}

function init()
  math.randomseed(os.time())
end

function request()
  local n = math.random(#paths)
  local found = made[n]
  if not found then
    found = wrk.format("GET", paths[n], headers)
    made[n] = found
  end
  return found
end

function done(summary, latency)
  local lost = summary.errors
  io.write(string.format(
    '{"requests": %d, "microseconds": %d, "p50": %d, "p99": %d, "refused": %d, "broken": %d}\n',
    summary.requests, summary.duration, latency:percentile(50), latency:percentile(99), lost.status,
    lost.connect + lost.read + lost.write + lost.timeout))
end
