-- Arithmetic by itself. Each function prepares n operations: it gives what runs them, and what tells the
-- result in hexadecimal.
local hashes = require("hashes")
local natural = require("natural")

local rows = {}

function rows.fib(n)
  local result
  return function()
    local a, b = 0, 1
    for _ = 1, n do
      a, b = b, a + b
    end
    result = a
  end, function() return string.format("%x", result) end
end

function rows.sieve(n)
  local sum
  return function()
    local marks = {}
    for i = 1, n do marks[i] = 0 end
    sum = 0
    for i = 2, n - 1 do
      if marks[i] == 0 then
        sum = sum + i
        for j = i * i, n - 1, i do marks[j] = 1 end
      end
    end
  end, function() return string.format("%x", sum) end
end

local function wide(a, operation)
  return function(n)
    local result = a
    return function()
      local value = a
      for i = 0, n - 1 do value = operation(value, i) end
      result = value
    end, function() return natural.hexadecimal(result) end
  end
end

local C = natural.power(3, 161)
local B = natural.subtract(C, natural.power(5, 80))
rows.muldiv = wide(natural.power(7, 91), function(a, i)
  return natural.add((natural.divide(natural.multiply(a, B), C)), natural.from(i))
end)

local E, M = natural.power(5, 882), natural.power(3, 1292)
rows.modexp = wide(natural.power(7, 729), function(a) return natural.power_modulo(a, E, M) end)

local B4096 = natural.power(5, 1764)
rows.mul4096 = wide(natural.power(7, 1459), function(a, i)
  return natural.low(natural.add(natural.multiply(a, B4096), natural.from(i)), 4096)
end)

rows.fact = wide({}, function(sum, i)
  local product = natural.from(i + 1)
  for k = 2, 1200 do product = natural.multiply_small(product, k) end
  return natural.add(sum, product)
end)

local tail = {}
for i = 0, 991 do tail[i + 1] = string.char(i % 251) end
tail = table.concat(tail)

local function chain(hash)
  return function(n)
    local digest = string.rep("\0", 32)
    return function()
      for _ = 1, n do digest = hash(digest .. tail) end
    end, function()
      return (digest:gsub(".", function(byte) return string.format("%02x", byte:byte()) end))
    end
  end
end

rows.sha256 = chain(hashes.sha256)
rows.keccak = chain(hashes.keccak256)

return rows
