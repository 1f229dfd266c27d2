-- Natural numbers of any size: limbs of 28 bits, lowest first, without zeros on top. Products of limbs
-- have 56 bits, so a hundred of them can be added before a carry.
local natural = {}

local BITS <const> = 28
local BASE <const> = 1 << BITS
local MASK <const> = BASE - 1

local function trim(a)
  local n = #a
  while n > 0 and a[n] == 0 do
    a[n] = nil
    n = n - 1
  end
  return a
end

function natural.from(value)
  local a = {}
  while value > 0 do
    a[#a + 1] = value & MASK
    value = value >> BITS
  end
  return a
end

function natural.compare(a, b)
  if #a ~= #b then return #a < #b and -1 or 1 end
  for i = #a, 1, -1 do
    if a[i] ~= b[i] then return a[i] < b[i] and -1 or 1 end
  end
  return 0
end

function natural.add(a, b)
  if #a < #b then a, b = b, a end
  local r, carry = {}, 0
  for i = 1, #b do
    carry = carry + a[i] + b[i]
    r[i] = carry & MASK
    carry = carry >> BITS
  end
  for i = #b + 1, #a do
    carry = carry + a[i]
    r[i] = carry & MASK
    carry = carry >> BITS
  end
  if carry > 0 then r[#a + 1] = carry end
  return r
end

-- a - b, where b is not the larger.
function natural.subtract(a, b)
  local r, borrow = {}, 0
  for i = 1, #a do
    borrow = borrow + a[i] - (b[i] or 0)
    r[i] = borrow & MASK
    borrow = borrow >> 63 == 0 and 0 or -1
  end
  return trim(r)
end

function natural.multiply(a, b)
  local n, m = #a, #b
  local r = {}
  for i = 1, n + m do r[i] = 0 end
  for i = 1, n do
    local x, carry = a[i], 0
    for j = 1, m do
      carry = carry + r[i + j - 1] + x * b[j]
      r[i + j - 1] = carry & MASK
      carry = carry >> BITS
    end
    r[i + m] = carry
  end
  return trim(r)
end

function natural.multiply_small(a, x)
  local r, carry = {}, 0
  for i = 1, #a do
    carry = carry + a[i] * x
    r[i] = carry & MASK
    carry = carry >> BITS
  end
  while carry > 0 do
    r[#r + 1] = carry & MASK
    carry = carry >> BITS
  end
  return r
end

local function divide_small(a, x)
  local q, rest = {}, 0
  for i = #a, 1, -1 do
    rest = rest << BITS | a[i]
    q[i] = rest // x
    rest = rest % x
  end
  return trim(q), natural.from(rest)
end

local function shift_left(a, distance)
  local r, carry = {}, 0
  for i = 1, #a do
    carry = carry | a[i] << distance
    r[i] = carry & MASK
    carry = carry >> BITS
  end
  r[#a + 1] = carry
  return r
end

-- Quotient and remainder: Knuth's algorithm D.
function natural.divide(a, b)
  if natural.compare(a, b) < 0 then return {}, a end
  if #b == 1 then return divide_small(a, b[1]) end
  local distance = 0
  while b[#b] << distance < BASE >> 1 do distance = distance + 1 end
  local u, v = shift_left(a, distance), trim(shift_left(b, distance))
  local n, q = #v, {}
  local top, second = v[n], v[n - 1]
  for j = #u - n, 1, -1 do
    local high = u[j + n] << BITS | u[j + n - 1]
    local digit, rest = high // top, high % top
    while digit >= BASE or digit * second > (rest << BITS | u[j + n - 2]) do
      digit = digit - 1
      rest = rest + top
      if rest >= BASE then break end
    end
    local borrow = 0
    for i = 1, n do
      borrow = borrow + u[i + j - 1] - digit * v[i]
      u[i + j - 1] = borrow & MASK
      borrow = (borrow - (borrow & MASK)) // BASE
    end
    borrow = borrow + u[j + n]
    u[j + n] = borrow & MASK
    if borrow < 0 then
      digit = digit - 1
      local carry = 0
      for i = 1, n do
        carry = carry + u[i + j - 1] + v[i]
        u[i + j - 1] = carry & MASK
        carry = carry >> BITS
      end
      u[j + n] = (u[j + n] + carry) & MASK
    end
    q[j] = digit
  end
  local rest, carry = {}, 0
  for i = n, 1, -1 do
    carry = carry << BITS | u[i]
    rest[i] = carry >> distance
    carry = carry & (1 << distance) - 1
  end
  return trim(q), trim(rest)
end

-- a modulo 2^bits.
function natural.low(a, bits)
  local whole = bits // BITS
  local r = {}
  for i = 1, math.min(#a, whole) do r[i] = a[i] end
  if #a > whole then r[whole + 1] = a[whole + 1] & (1 << bits % BITS) - 1 end
  return trim(r)
end

function natural.power(base, exponent)
  local r = { 1 }
  for _ = 1, exponent do r = natural.multiply_small(r, base) end
  return r
end

function natural.power_modulo(a, exponent, modulus)
  local r = { 1 }
  for i = #exponent, 1, -1 do
    for bit = BITS - 1, 0, -1 do
      local _
      _, r = natural.divide(natural.multiply(r, r), modulus)
      if exponent[i] >> bit & 1 == 1 then _, r = natural.divide(natural.multiply(r, a), modulus) end
    end
  end
  return r
end

function natural.decimal(text)
  local r = {}
  for digit in text:gmatch("%d") do
    r = natural.add(natural.multiply_small(r, 10), natural.from(tonumber(digit)))
  end
  return r
end

function natural.hexadecimal(a)
  if #a == 0 then return "0" end
  local words = { string.format("%x", a[#a]) }
  for i = #a - 1, 1, -1 do words[#words + 1] = string.format("%07x", a[i]) end
  return table.concat(words)
end

return natural
