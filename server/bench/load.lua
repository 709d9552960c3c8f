-- What wrk sends: wrk [options] -s load.lua URL -- KIND PREFIX ACCOUNTS ROWS
--   KIND      empty, read or mark
--   PREFIX    of the accounts, which are PREFIX_0 to PREFIX_(ACCOUNTS-1)
--   ROWS      of each account; a mark goes to one of peer_0 to peer_(ROWS-1)
-- Each mark sets a custom mark that nobody set before, so that each has an effect.

local kind, prefix, accounts, rows
local count, salt = 0, ""
local query = "?sdkappid=1&identifier=admin&usersig=x&random=1&contenttype=json"
local paths = {
    empty = "/v4/recentcontact/none",
    read = "/v4/recentcontact/get_contact_group",
    mark = "/v4/recentcontact/mark_contact",
}

local threads = 0
function setup(thread)
    thread:set("number", threads)
    threads = threads + 1
end

function init(arguments)
    kind, prefix = arguments[1], arguments[2]
    accounts, rows = tonumber(arguments[3]), tonumber(arguments[4])
    math.randomseed(os.time() * 8 + number)
    salt = string.format("%x.%d.", os.time() % 0x1000000, number)
    wrk.method = "POST"
    wrk.path = paths[kind] .. query
    wrk.headers["Content-Type"] = "application/json"
end

function request()
    local account = prefix .. "_" .. math.random(0, accounts - 1)
    if kind ~= "mark" then
        return wrk.format(nil, nil, nil, '{"From_Account":"' .. account .. '","StartIndex":0}')
    end
    count = count + 1
    return wrk.format(nil, nil, nil,
        '{"From_Account":"' .. account ..
        '","MarkItem":[{"OptType":2,"ContactItem":{"Type":1,"To_Account":"peer_' .. math.random(0, rows - 1) ..
        '"},"CustomMark":"' .. salt .. count .. '"}]}')
end

-- One line for the program that started wrk; times in microseconds.
function done(summary, latency, requests)
    local errors = summary.errors
    io.write(string.format("RESULT requests=%d duration=%d p50=%d p99=%d errors=%d\n",
        summary.requests, summary.duration, latency:percentile(50), latency:percentile(99),
        errors.connect + errors.read + errors.write + errors.status + errors.timeout))
end
