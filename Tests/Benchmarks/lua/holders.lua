-- A thousand holders by address, and who pays whom. Amounts pass 2^63, so they are natural numbers.
local natural = require("natural")

local holders = { count = 1000, addresses = {}, ranks = {} }
local given <const> = natural.decimal("1000000000000000000000000")
local amounts = {}

for k = 1, 1000 do
  holders.addresses[k] = string.format("holder %d of a thousand accounts", k)
end
for i = 0, 96 do amounts[i] = natural.multiply_small(natural.decimal("1000000000000000"), i + 1) end

function holders.balances()
  local balances = {}
  for _, address in ipairs(holders.addresses) do balances[address] = given end
  return balances
end

-- The sum of k * value over the holders.
function holders.weigh(values)
  local sum = {}
  for k, address in ipairs(holders.addresses) do
    sum = natural.add(sum, natural.multiply_small(values[address], k))
  end
  return sum
end

-- Calls the body with payer, payee, amount and number of each payment.
function holders.pay(n, body)
  local addresses = holders.addresses
  local payer, payee = 0, 500
  for i = 0, n - 1 do
    body(addresses[payer + 1], addresses[payee + 1], amounts[i % 97], i)
    payer, payee = (payer + 7) % 1000, (payee + 13) % 1000
  end
end

return holders
