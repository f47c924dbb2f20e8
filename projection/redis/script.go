package redis

// apply is the script that applies the commands of a batch and moves the checkpoint, if
// that is where the batch begins. KEYS: the checkpoint. ARGV: the positions that the
// batch comes after and goes through; for each command the position of its event, the
// number of its words, and these. It returns the checkpoint, and which event failed why.
const apply = `
local checkpoint = redis.call('HMGET', KEYS[1], 'position', 'applied')
local position = tonumber(checkpoint[1] or 0)
if position ~= tonumber(ARGV[1]) then
  return {position}
end

-- The commands of the next event that were applied before a later one failed.
local applied = tonumber(checkpoint[2] or 0)

local event, nth, i = 0, 0, 3
while i <= #ARGV do
  local at, words = tonumber(ARGV[i]), tonumber(ARGV[i + 1])
  if at ~= event then
    event, nth = at, 0
  end
  nth = nth + 1
  if at ~= position + 1 or nth > applied then
    local reply = redis.pcall(unpack(ARGV, i + 2, i + 1 + words))
    if type(reply) == 'table' and reply.err then
      redis.call('HSET', KEYS[1], 'position', at - 1, 'applied', nth - 1)
      return {at - 1, at, reply.err}
    end
  end
  i = i + 2 + words
end
redis.call('HSET', KEYS[1], 'position', ARGV[2], 'applied', 0)
return {tonumber(ARGV[2])}
`
