-- 行為: acts sent by wrk, one a request, or as many a request as ACTS says, as NDJSON. Each act is
-- new, eight to a case; every thread has cases of its own.
--
--   tongjian serve --open --data new.db
--   wrk -t1 -c64 -d15s -s benches/http/acts.lua http://127.0.0.1:8080/v1/acts
--   ACTS=1000 wrk -t1 -c4 -d15s -s benches/http/acts.lua http://127.0.0.1:8080/v1/acts
--
-- It says how many acts were acknowledged; a request with any other answer fails the run.

local acts = tonumber(os.getenv("ACTS") or "1")
local run = os.time() % 65536
local threads = {}
local number = 0

function setup(thread)
  thread:set("own", #threads + 1)
  thread:set("other", 0)
  table.insert(threads, thread)
end

local text = '{"id":"01190000-%04x-7%03x-8%03x-%012x","stream":"case/%d-%d-%d",'
  .. '"event":"case.OneOffNoticeGiven","version":1,"occurred_at":"2008-07-01T09:00:00+08:00",'
  .. '"actor":{"kind":"staff","id":"s-%d"},'
  .. '"source":{"site":"320681105000","window":"w-%d","entry":"window"},'
  .. '"body":{"missing":["營業執照副本複印件","法定代表人身份證明","場地使用證明",'
  .. '"消防驗收意見書","環境影響登記表","從業人員健康證明 %d"],'
  .. '"notice_no":"通行審補〔2008〕%d號"}}'

local function act()
  number = number + 1
  return text:format(run, own, number % 4096, number, run, own, math.floor(number / 8),
    number % 50, number % 20, number, number)
end

function request()
  if acts == 1 then
    return wrk.format("POST", nil, { ["Content-Type"] = "application/json" }, act())
  end
  local lines = {}
  for line = 1, acts do lines[line] = act() end
  local headers = { ["Content-Type"] = "application/x-ndjson" }
  return wrk.format("POST", nil, headers, table.concat(lines, "\n"))
end

function response(status, _, body)
  local expected = acts == 1 and 201 or 200
  if status ~= expected then
    other = other + 1
  elseif acts > 1 and other == 0 then
    local _, taken = body:gsub('"status":201', "")
    if taken ~= acts then other = other + 1 end
  end
end

function done(summary, latency)
  local refused = 0
  for _, thread in ipairs(threads) do refused = refused + thread:get("other") end
  local seconds = summary.duration / 1e6
  print(("%.0f acts a second, p50 %.1f ms, p99 %.1f ms, %d answers were others"):format(
    summary.requests * acts / seconds, latency:percentile(50) / 1e3,
    latency:percentile(99) / 1e3, refused))
end
