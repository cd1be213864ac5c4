-- For wrk: posts prepared deliveries, each once. Arguments: FOLDER THREADS [close]. A line of
-- FOLDER/N is a signature, a space, and the body. Ends by printing one line of figures.
local counter = 0

function setup(thread)
  thread:set("number", counter)
  counter = counter + 1
end

function init(args)
  lines = io.lines(args[1] .. "/" .. number)
  headers = { ["Content-Type"] = "application/json" }
  if args[3] == "close" then
    headers["Connection"] = "close"
  end
  ran_out = 0
end

function request()
  local line = lines and lines()
  if not line then
    -- Told apart by its status: it is not signed.
    lines = nil
    return wrk.format("POST", nil, headers, "{}")
  end
  local gap = line:find(" ", 1, true)
  headers["X-Cal-Signature-256"] = line:sub(1, gap - 1)
  return wrk.format("POST", nil, headers, line:sub(gap + 1))
end

function done(summary, latency, requests)
  local e = summary.errors
  io.write(string.format("FIGURES %d %d %d %d %d %d\n", summary.requests, summary.duration,
    latency:percentile(50), latency:percentile(99), e.status,
    e.connect + e.read + e.write + e.timeout))
end
