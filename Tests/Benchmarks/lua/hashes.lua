-- SHA-256 and Keccak-256 of strings.
local hashes = {}

local function primes(count)
  local found, candidate = {}, 2
  while #found < count do
    local is_prime = true
    for _, p in ipairs(found) do
      if candidate % p == 0 then is_prime = false end
    end
    if is_prime then found[#found + 1] = candidate end
    candidate = candidate + 1
  end
  return found
end

-- The first 32 bits of the fractional part of a root of a prime, by bisection: the largest x whose power is
-- at most p * 2^(32 * degree).
local natural = require("natural")
local function fraction(p, degree)
  local low, high = 0, 1 << 37
  local limit = natural.multiply(natural.from(p), natural.power(2, 32 * degree))
  while high - low > 1 do
    local middle = (low + high) // 2
    local x = natural.from(middle)
    local power = x
    for _ = 2, degree do power = natural.multiply(power, x) end
    if natural.compare(power, limit) <= 0 then low = middle else high = middle end
  end
  return low & 0xFFFFFFFF
end

local K, H = {}, {}
for i, p in ipairs(primes(64)) do
  K[i] = fraction(p, 3)
  if i <= 8 then H[i] = fraction(p, 2) end
end

local function turn(x, n) return x >> n | x << (32 - n) & 0xFFFFFFFF end

function hashes.sha256(message)
  local state = { table.unpack(H) }
  local padded = message .. "\x80" .. string.rep("\0", (55 - #message) % 64) .. string.pack(">I8", #message * 8)
  for at = 1, #padded, 64 do
    local w = { string.unpack(">" .. string.rep("I4", 16), padded, at) }
    for i = 17, 64 do
      local x, y = w[i - 15], w[i - 2]
      local s0 = turn(x, 7) ~ turn(x, 18) ~ x >> 3
      local s1 = turn(y, 17) ~ turn(y, 19) ~ y >> 10
      w[i] = w[i - 16] + s0 + w[i - 7] + s1 & 0xFFFFFFFF
    end
    local a, b, c, d, e, f, g, h = table.unpack(state)
    for i = 1, 64 do
      local t1 = h + (turn(e, 6) ~ turn(e, 11) ~ turn(e, 25)) + (e & f ~ ~e & g) + K[i] + w[i]
      local t2 = (turn(a, 2) ~ turn(a, 13) ~ turn(a, 22)) + (a & b ~ a & c ~ b & c)
      h, g, f, e, d, c, b, a = g, f, e, d + t1 & 0xFFFFFFFF, c, b, a, t1 + t2 & 0xFFFFFFFF
    end
    for i, x in ipairs({ a, b, c, d, e, f, g, h }) do state[i] = state[i] + x & 0xFFFFFFFF end
  end
  return string.pack(">" .. string.rep("I4", 8), table.unpack(state))
end

local constants = {}
do
  local state = 1
  for round = 1, 24 do
    local word = 0
    for bit = 0, 6 do
      if state & 1 == 1 then word = word | 1 << (1 << bit) - 1 end
      state = state << 1 ~ (state & 0x80 ~= 0 and 0x171 or 0)
    end
    constants[round] = word
  end
end

local lanes, turns = {}, {}
do
  local x, y, distance = 1, 0, 0
  for step = 1, 24 do
    distance = distance + step
    x, y = y, (2 * x + 3 * y) % 5
    lanes[step], turns[step] = x + 5 * y + 1, distance % 64
  end
end

local function permute(s)
  local c = {}
  for round = 1, 24 do
    for x = 1, 5 do c[x] = s[x] ~ s[x + 5] ~ s[x + 10] ~ s[x + 15] ~ s[x + 20] end
    for x = 1, 5 do
      local right = c[x % 5 + 1]
      local d = c[(x + 3) % 5 + 1] ~ (right << 1 | right >> 63)
      for y = 0, 20, 5 do s[x + y] = s[x + y] ~ d end
    end
    local current = s[2]
    for i = 1, 24 do
      local lane, distance = lanes[i], turns[i]
      s[lane], current = current << distance | current >> (64 - distance), s[lane]
    end
    for y = 1, 21, 5 do
      local a, b, c, d, e = s[y], s[y + 1], s[y + 2], s[y + 3], s[y + 4]
      s[y], s[y + 1], s[y + 2] = a ~ ~b & c, b ~ ~c & d, c ~ ~d & e
      s[y + 3], s[y + 4] = d ~ ~e & a, e ~ ~a & b
    end
    s[1] = s[1] ~ constants[round]
  end
end

function hashes.keccak256(message)
  local missing = 136 - #message % 136
  local padding = missing == 1 and "\x81" or "\x01" .. string.rep("\0", missing - 2) .. "\x80"
  local padded = message .. padding
  local s = {}
  for i = 1, 25 do s[i] = 0 end
  for at = 1, #padded, 136 do
    for i = 1, 17 do s[i] = s[i] ~ string.unpack("<I8", padded, at + 8 * (i - 1)) end
    permute(s)
  end
  return string.pack("<I8I8I8I8", s[1], s[2], s[3], s[4])
end

return hashes
