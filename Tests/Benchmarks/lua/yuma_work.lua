-- One epoch of Yuma consensus: see `yuma_work.py`. What passes 63 bits is a natural number.
local natural = require("natural")

local PARTS <const>, KAPPA <const> = 65535, 32767

-- Parts of PARTS in proportion: largest remainders first, ties to the lowest index.
local function split(shares)
  local whole = {}
  for _, share in ipairs(shares) do whole = natural.add(whole, share) end
  local parts, rests, order, left = {}, {}, {}, PARTS
  for i, share in ipairs(shares) do
    local part, rest = natural.divide(natural.multiply_small(share, PARTS), whole)
    parts[i], rests[i], order[i] = part[1] or 0, rest, i
    left = left - parts[i]
  end
  table.sort(order, function(i, j)
    local difference = natural.compare(rests[i], rests[j])
    if difference ~= 0 then return difference > 0 end
    return i < j
  end)
  for place = 1, left do parts[order[place]] = parts[order[place]] + 1 end
  return parts
end

-- floor(a * PARTS / b) for a below 2^51, and b below 2^60 that is not below a.
local function part_of(a, b)
  local product = a * PARTS
  if a < 1 << 47 then return product // b end
  local quotient = natural.divide(natural.multiply_small(natural.from(a), PARTS), natural.from(b))
  return quotient[1] or 0
end

local function yuma(validators, miners)
  return function(n)
    local weights, bonds, stakes, sums = {}, {}, {}, {}
    local whole_stake = 0
    for v = 0, validators - 1 do whole_stake = whole_stake + (1000 + v * 7919 % 5000) end
    for v = 0, validators - 1 do
      stakes[v] = (1000 + v * 7919 % 5000) * (1 << 30) // whole_stake
      local row, bond, sum = {}, {}, 0
      for m = 0, miners - 1 do
        row[m] = (v * 7919 + m * 10473 + v * m * 31) % 65536
        bond[m] = 0
        sum = sum + row[m]
      end
      weights[v], bonds[v], sums[v] = row, bond, sum
    end
    local incentives, dividends

    local function epoch()
      local whole, ranks, earned = 0, {}, {}
      for v = 0, validators - 1 do
        whole = whole + stakes[v]
        earned[v + 1] = {}
      end
      local column, order = {}, {}
      for m = 0, miners - 1 do
        for v = 0, validators - 1 do
          column[v] = (weights[v][m] << 32) // sums[v]
          order[v + 1] = column[v] << 32 | stakes[v]
        end
        table.sort(order)
        local at, seen = validators, order[validators] & 0xFFFFFFFF
        while seen * PARTS < whole * KAPPA do
          at = at - 1
          seen = seen + (order[at] & 0xFFFFFFFF)
        end
        local most, rank = order[at] >> 32, 0
        for v = 0, validators - 1 do
          if column[v] > most then column[v] = most end
          rank = rank + stakes[v] * column[v]
        end
        ranks[m + 1] = natural.from(rank)
        for v = 0, validators - 1 do
          local row = bonds[v]
          local bond = (9 * row[m] + part_of(stakes[v] * column[v], math.max(1, rank))) // 10
          row[m] = bond
          earned[v + 1] = natural.add(earned[v + 1], natural.multiply_small(ranks[m + 1], bond))
        end
      end
      incentives, dividends = split(ranks), split(earned)
    end

    return function()
      for _ = 1, n do epoch() end
    end, function()
      local sum = {}
      for i, part in ipairs(incentives) do sum = natural.add(sum, natural.from(i * part)) end
      for i, part in ipairs(dividends) do
        sum = natural.add(sum, natural.multiply(natural.from(i * part), natural.power(2, 64)))
      end
      return natural.hexadecimal(sum)
    end
  end
end

return { yuma = yuma(256, 7000), ["yuma-small"] = yuma(16, 500) }
