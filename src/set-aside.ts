/** What was set aside stays here, without an end, until a person has looked at it. */
export const QUARANTINE_PREFIX = "slipway:quarantine:";

/**
 * Lua: moves a key away that all environments share and that cannot be read, where what it held can be made anew. It must
 * not close all of them until a person comes. `set_aside_unless` tells whether it was of another type, and moved.
 */
export const SET_ASIDE = `
local function set_aside(key)
  local time = redis.call('TIME')
  redis.call('RENAME', key, '${QUARANTINE_PREFIX}' .. time[1] .. '.' .. time[2] .. ':' .. key)
end
local function set_aside_unless(key, kind)
  local found = redis.call('TYPE', key).ok
  if found == kind or found == 'none' then return false end
  set_aside(key)
  return true
end
`;
