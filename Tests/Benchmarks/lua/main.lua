-- Lua's side: main.lua ROUNDS ROW:N ... prints for each row its name, n, the median nanoseconds of
-- processor time for one operation, and the value in hexadecimal.
package.path = arg[0]:match("^(.*/)") .. "?.lua;" .. package.path

local rows = {}
for _, file in ipairs({ "numbers_work", "contracts_work", "yuma_work", "passports_work" }) do
  for name, row in pairs(require(file)) do rows[name] = row end
end

local rounds = tonumber(arg[1])
for place = 2, #arg do
  local name, n = arg[place]:match("^(.*):(%d+)$")
  n = tonumber(n)
  if rows[name] then
    local times, last = {}, nil
    for round = 1, rounds do
      local run, value = rows[name](n)
      collectgarbage()
      local start = os.clock()
      run()
      times[round] = os.clock() - start
      last = value
    end
    table.sort(times)
    print(name, n, string.format("%.4f", times[rounds // 2 + 1] * 1e9 / n), last())
  end
end
