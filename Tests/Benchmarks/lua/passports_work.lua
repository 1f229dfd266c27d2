-- A registry of GPU passports: n of them are registered, then read and updated at random.
local holders = require("holders")

local function splitmix(number)
  number = (number + 1) * 0x9E3779B97F4A7C15
  number = (number ~ number >> 30) * 0xBF58476D1CE4E5B9
  number = (number ~ number >> 27) * 0x94D049BB133111EB
  return number ~ number >> 31
end

local function scale(n)
  local count, devices, sum = n * 3 // 10, {}, 0
  for i = 0, count - 1 do
    local holder = holders.addresses[i % 1000 + 1]
    devices[splitmix(i)] =
      { owner = holder, operator = holder, model = "H100 SXM", memory = 80000, hours = 0 }
  end
  return function()
    local x = 1
    for _ = 1, n do
      x = (x * 1103515245 + 12345) % (1 << 31)
      local device = devices[splitmix(x % count)]
      device.hours = device.hours + x % 100
      sum = sum + device.hours
    end
  end, function() return string.format("%x", sum) end
end

return { scale = scale }
