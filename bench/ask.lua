-- wrk: asks what the file ASK lists, a line each, as `turns.parse` says: a path, asked with GET again and again, chosen at
-- random; with a tab and an ETag, by who has that already; with a tab, a key, a tab and a body, asked with POST, once, in
-- order. The last line of the output is JSON.
local lines = {}
for line in io.lines(os.getenv("ASK")) do lines[#lines + 1] = line end
local authorization = "Bearer " .. os.getenv("TOKEN")
local once = #lines > 0 and lines[1]:find("\t.*\t") ~= nil
local made, at = {}, 0

function init()
  math.randomseed(os.time())
end

local function post(line)
  local path, key, body = line:match("^(.-)\t(.-)\t(.*)$")
  return wrk.format("POST", path, {
    ["authorization"] = authorization,
    ["content-type"] = "application/json",
    ["idempotency-key"] = key,
  }, body)
end

local function get(n)
  if not made[n] then
    local path, etag = lines[n]:match("^(.-)\t(.*)$")
    made[n] = wrk.format("GET", path or lines[n], { ["authorization"] = authorization, ["if-none-match"] = etag })
  end
  return made[n]
end

function request()
  if not once then
    return get(math.random(#lines))
  end
  at = at + 1
  if at > #lines then
    wrk.thread:stop()
    return wrk.format("GET", "/health/ready", {})
  end
  return post(lines[at])
end

function done(summary, latency)
  local lost = summary.errors
  io.write(string.format(
    '{"requests": %d, "microseconds": %d, "p50": %d, "p99": %d, "refused": %d, "broken": %d}\n',
    summary.requests, summary.duration, latency:percentile(50), latency:percentile(99), lost.status,
    lost.connect + lost.read + lost.write + lost.timeout))
end
