# The sessions that hang now, over all instances, the longest first; reads the collector's lines, compact and full ones.
#   cat /var/log/finspect-all/*.ndjson | jq -nc -f hung.jq

# Of each session the newest line: after an outage some lines come twice, and late.
def newest($key; $at; $state):
  if $at < (.[$key].at // "") then . else .[$key] = (.[$key] // {}) + $state + {at: $at} end;

reduce inputs as $line ({};
    $line.record as $record
    | $line.instance as $instance
    | if $record.event | startswith("sessions.") then
        # Stands for lines about many sessions, some of which may have ended before its last.
        (if $record.event == "sessions.recovered" then $record.to else $record.from end) as $at
        | reduce $record.ids[] as $id (.;
            newest($instance + " " + $id; $at; {
                instance: $instance,
                id: $id,
                route: $record.route,
                open: (if $record.event == "sessions.recovered" then [] else [$record.finding] end)
              }))
      elif $record.event == "session.closed" then
        newest($instance + " " + $record.id; $record.time // $record.ended_at; {open: []})
      elif $record.event | startswith("session.") then
        newest($instance + " " + $record.id; $record.time // $record.at; {
            instance: $instance,
            id: $record.id,
            route: $record.route,
            client: ($record.client | .address // .["network.peer.address"]),
            upstream: ($record.server.address // $record.upstream["network.peer.address"]),
            # A compact line has a finding that went away among the others.
            open: ($record.findings // [] | map(select(.until == null and .blame != "nobody")))
          })
      else . end)
| [.[]
    | (.open | min_by(.since)) as $finding
    | select($finding != null)
    | {instance, id, route, since: $finding.since, finding: $finding.id, blame: $finding.blame, client, upstream,
        sentence: $finding.sentence}]
| sort_by(.since)[]
