-- Contracts in Lua. Each function prepares n operations: it gives what runs them, and what tells the
-- value in hexadecimal.
local holders = require("holders")
local natural = require("natural")

local add, subtract, compare = natural.add, natural.subtract, natural.compare
local multiply, divide, small = natural.multiply, natural.divide, natural.multiply_small
local decimal, hexadecimal = natural.decimal, natural.hexadecimal

local rows = {}

local function token()
  local self = { balances = holders.balances(), events = {} }
  function self.transfer(payer, payee, amount)
    local balances, events = self.balances, self.events
    assert(#amount > 0, "no amount")
    local balance = balances[payer]
    assert(compare(balance, amount) >= 0, "insufficient")
    balances[payer] = subtract(balance, amount)
    balances[payee] = add(balances[payee], amount)
    events[#events + 1] = { "Transfer", payer, payee, amount }
  end
  return self
end

function rows.transfer(n)
  local token = token()
  return function() holders.pay(n, token.transfer) end,
    function() return hexadecimal(holders.weigh(token.balances)) end
end

rows["cross-call"] = function(n)
  local token = token()
  token.balances.caller = decimal("1" .. string.rep("0", 30))
  return function()
    holders.pay(n, function(_, payee, amount) token.transfer("caller", payee, amount) end)
  end, function() return hexadecimal(add(holders.weigh(token.balances), token.balances.caller)) end
end

local SCALE = decimal("1000000000000000000000000")
local STEP = decimal("12345678901234567890123")

function rows.dividend(n)
  local shares, seen, owed, events = {}, {}, {}, {}
  local claimed, index = {}, SCALE
  for k, holder in ipairs(holders.addresses) do
    shares[holder] = small(decimal("1000000000000000000"), (k - 1) % 97 + 1)
    seen[holder], owed[holder] = {}, {}
  end
  return function()
    for i = 0, n - 1 do
      local holder = holders.addresses[i % 1000 + 1]
      local now = add(index, small(STEP, i))
      local earned = add(owed[holder], multiply(shares[holder], subtract(now, seen[holder])))
      local amount, rest = divide(earned, SCALE)
      assert(#amount > 0, "nothing to claim")
      seen[holder], owed[holder] = now, rest
      claimed = add(claimed, amount)
      events[#events + 1] = { "Claimed", holder, amount }
    end
  end, function() return hexadecimal(add(claimed, holders.weigh(owed))) end
end

local RAY, WAD = decimal("1" .. string.rep("0", 27)), decimal("1" .. string.rep("0", 18))
local FIRST = add(RAY, decimal("5707762557077625570776"))
local PRICE = small(WAD, 2345)
local UNIT = decimal("1000000000000000")

-- scale * (a / scale)^n by squaring from the lowest bit, each product rounded down.
local function compound(a, n)
  local result = RAY
  while true do
    if n & 1 == 1 then result = divide(multiply(result, a), RAY) end
    n = n >> 1
    if n == 0 then return result end
    a = divide(multiply(a, a), RAY)
  end
end

function rows.lending(n)
  local collateral, debts, events, repaid = {}, {}, {}, {}
  for k = 0, 999 do
    collateral[k] = RAY
    debts[k] = small(decimal("1" .. string.rep("0", 20)), 1000000000 + k)
  end
  return function()
    for i = 0, n - 1 do
      local k = i % 1000
      local growth = compound(add(FIRST, small(UNIT, k)), 8760)
      local debt = divide(multiply(debts[k], growth), RAY)
      local worth = divide(multiply(collateral[k], PRICE), WAD)
      local limit = divide(small(worth, 8000), natural.from(10000))
      assert(compare(debt, limit) <= 0, "unhealthy")
      local part = divide(debt, natural.from(10))
      debts[k] = subtract(debt, part)
      repaid = add(repaid, part)
      events[#events + 1] = { "Repaid", k, part, debts[k] }
    end
  end, function()
    local sum = repaid
    for k = 0, 999 do sum = add(sum, small(debts[k], k + 1)) end
    return hexadecimal(sum)
  end
end

function rows.escrow(n)
  local balances, jobs, events = holders.balances(), {}, {}
  local held, fees = {}, {}
  local function open(id, payer, payee, amount)
    assert(#amount > 0 and not jobs[id], "taken")
    jobs[id] = { payer = payer, payee = payee, amount = amount, status = "opened" }
    events[#events + 1] = { "Opened", id, payer, payee, amount }
  end
  local function fund(id)
    local job = jobs[id]
    assert(job.status == "opened")
    local balance = balances[job.payer]
    assert(compare(balance, job.amount) >= 0, "insufficient")
    balances[job.payer] = subtract(balance, job.amount)
    held = add(held, job.amount)
    job.status = "funded"
    events[#events + 1] = { "Funded", id, job.amount }
  end
  local function release(id)
    local job = jobs[id]
    assert(job.status == "funded")
    local fee = divide(small(job.amount, 250), natural.from(10000))
    local paid = subtract(job.amount, fee)
    held = subtract(held, job.amount)
    fees = add(fees, fee)
    balances[job.payee] = add(balances[job.payee], paid)
    job.status = "released"
    events[#events + 1] = { "Released", id, paid, fee }
  end
  return function()
    holders.pay(n, function(payer, payee, amount, id)
      open(id, payer, payee, amount)
      fund(id)
      release(id)
    end)
  end, function() return hexadecimal(add(holders.weigh(balances), fees)) end
end

rows["top-noop"] = function(n)
  local function noop() end
  return function()
    for _ = 1, n do noop() end
  end, function() return "0" end
end

-- A transaction for each operation is a call like the others here.
for name, row in pairs({ transfer = "transfer", claim = "dividend", lending = "lending", escrow = "escrow" }) do
  rows["top-" .. name] = rows[row]
end

return rows
