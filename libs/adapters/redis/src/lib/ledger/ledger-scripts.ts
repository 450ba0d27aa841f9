/*
 * KEYS, all of one account and so of one slot:
 *   1 purses: hash of budget (`tokens/60000`, without a window `tokens/`) -> limit, held, holders, spent, end of the window
 *   2 holds:  hash of reservation -> budget, amount, budget, amount, …
 *   3 leases: sorted set of reservations by when they end by themselves
 * ARGV: 1 now, or empty for Redis' own time · 2 length of a lease · 3 how long a budget without a window is remembered, all in ms · 4… the script's own
 *
 * The arithmetic is that of Purse in resource-governor. Numbers travel as text: Redis would cut a Lua number to an integer.
 */
const PRELUDE = `
local purses, holds, leases = KEYS[1], KEYS[2], KEYS[3]
local now, lease, keep = tonumber(ARGV[1]), tonumber(ARGV[2]), tonumber(ARGV[3])
if not now then
  local time = redis.call('TIME')
  now = time[1] * 1000 + math.floor(time[2] / 1000)
end

-- A server that is short of memory may have dropped one key alone: what has no lease, or is in no reservation, is not held.
local forgotten = redis.call('EXISTS', holds, leases) < 2
if forgotten then redis.call('DEL', holds, leases) end

local touched = {}
local function purse_of(budget)
  if touched[budget] then return touched[budget] end
  local purse = { limit = 0, held = 0, holders = 0, spent = 0, ends = 0, window = tonumber(string.match(budget, '/(.*)$')) }
  local kept = redis.call('HGET', purses, budget)
  if kept then purse.limit, purse.held, purse.holders, purse.spent, purse.ends = cmsgpack.unpack(kept) end
  if forgotten then purse.held, purse.holders = 0, 0 end
  if purse.window then
    local ends = now - now % purse.window + purse.window
    if now >= purse.ends then purse.spent = 0 end
    -- A clock that was set back makes no window longer than it is.
    if now >= purse.ends or purse.ends > ends then purse.ends = ends end
  end
  touched[budget] = purse
  return purse
end

local function free(purse, amount)
  purse.holders = math.max(0, purse.holders - 1)
  purse.held = purse.holders == 0 and 0 or math.max(0, purse.held - amount)
end

-- Nothing may be gone while something refers to it: all keys live as long as the one that is needed longest.
local function outlive(needed)
  local ttl = math.max(needed, redis.call('PTTL', purses))
  for _, key in ipairs(KEYS) do
    if redis.call('PTTL', key) < ttl then redis.call('PEXPIRE', key, ttl) end
  end
end

local function save()
  local needed = 0
  for budget, purse in pairs(touched) do
    if purse.holders == 0 and purse.spent == 0 then
      redis.call('HDEL', purses, budget)
    else
      redis.call('HSET', purses, budget, cmsgpack.pack(purse.limit, purse.held, purse.holders, purse.spent, purse.ends))
      local lives = purse.window and purse.ends - now or keep
      needed = math.max(needed, purse.spent > 0 and lives or 0, purse.holders > 0 and lease or 0)
    end
  end
  if needed > 0 then outlive(math.ceil(needed) + 1000) end
end

local function take_out(id)
  local held = redis.call('HGET', holds, id)
  redis.call('HDEL', holds, id)
  redis.call('ZREM', leases, id)
  held = held and cmsgpack.unpack(held) or {}
  for i = 1, #held, 2 do free(purse_of(held[i]), held[i + 1]) end
  return held
end

-- What dead replicas held is free again; a bounded number at a time, the rest by whoever comes next.
local function sweep()
  for _, id in ipairs(redis.call('ZRANGEBYSCORE', leases, '-inf', now, 'LIMIT', 0, 100)) do take_out(id) end
end

local function amounts_from(first)
  local amounts = {}
  for i = first, #ARGV, 2 do amounts[ARGV[i]] = tonumber(ARGV[i + 1]) end
  return amounts
end

local function text(number) return string.format('%.17g', number) end
local function refills_in(purse) return purse.window and text(math.max(0, purse.ends - now)) or '' end
`;

/** ARGV 4 the reservation, then budget, limit and amount of each claim. Nil, or of the claim that lacks: its position, held, spent, ms until it refills. */
const RESERVE = `
sweep()
local held, places = {}, {}
for i = 5, #ARGV, 3 do
  local budget, amount = ARGV[i], tonumber(ARGV[i + 2])
  local purse = purse_of(budget)
  purse.limit = tonumber(ARGV[i + 1])
  if amount > purse.limit - purse.held - purse.spent then
    local lack = { (i - 5) / 3, text(purse.held), text(purse.spent), refills_in(purse) }
    for j = 1, #held, 2 do free(purse_of(held[j]), held[j + 1]) end
    save()
    return lack
  end
  purse.held = purse.held + amount
  if places[budget] then
    held[places[budget]] = held[places[budget]] + amount
  else
    purse.holders = purse.holders + 1
    held[#held + 1] = budget
    held[#held + 1] = amount
    places[budget] = #held
  end
end
redis.call('HSET', holds, ARGV[4], cmsgpack.pack(held))
redis.call('ZADD', leases, now + lease, ARGV[4])
save()
return nil
`;

/** ARGV 4 the reservation, then budget and amount. */
const AMEND = `
local held = redis.call('HGET', holds, ARGV[4])
if not held then return nil end
local amounts = amounts_from(5)
held = cmsgpack.unpack(held)
for i = 1, #held, 2 do
  local purse = purse_of(held[i])
  purse.held = purse.held + ((amounts[held[i]] or 0) - held[i + 1])
  held[i + 1] = amounts[held[i]] or 0
end
redis.call('HSET', holds, ARGV[4], cmsgpack.pack(held))
save()
return nil
`;

/** ARGV 4 the reservation, then budget and what was used of it. A second time nothing is held any more, and nothing happens. */
const SETTLE = `
local held = take_out(ARGV[4])
local used = amounts_from(5)
for i = 1, #held, 2 do
  local purse = purse_of(held[i])
  purse.spent = purse.spent + (used[held[i]] or 0)
end
save()
return nil
`;

/** ARGV 4… reservations. */
const RENEW = `
for i = 4, #ARGV do
  redis.call('ZADD', leases, 'XX', now + lease, ARGV[i])
end
if redis.call('EXISTS', purses) == 1 then outlive(lease + 1000) end
return nil
`;

/** Of each budget in use: budget, limit, held, spent, ms until it refills. */
const USAGE = `
sweep()
for _, budget in ipairs(redis.call('HKEYS', purses)) do purse_of(budget) end
save()
local uses = {}
for budget, purse in pairs(touched) do
  if purse.holders > 0 or purse.spent > 0 then
    uses[#uses + 1] = { budget, text(purse.limit), text(purse.held), text(purse.spent), refills_in(purse) }
  end
end
return uses
`;

/** The ledger's scripts by name. */
export const LEDGER_SCRIPTS = {
  ledgerReserve: PRELUDE + RESERVE,
  ledgerAmend: PRELUDE + AMEND,
  ledgerSettle: PRELUDE + SETTLE,
  ledgerRenew: PRELUDE + RENEW,
  ledgerUsage: PRELUDE + USAGE,
} as const;
export type LedgerScript = keyof typeof LEDGER_SCRIPTS;
export const LEDGER_KEYS = ['purses', 'holds', 'leases'] as const;
