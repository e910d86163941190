# The sessions that hang now, over all instances, the longest first; reads the collector's lines.
#   cat /var/log/finspect-all/*.ndjson | jq -nc -f hung.jq

# Of each session the newest record: after an outage some lines come twice, and late.
reduce inputs as $line ({};
    ($line.instance + " " + $line.record.id) as $session
    | if $line.record.duration_seconds < (.[$session].duration_seconds // 0) then .
      else .[$session] = ($line.record
        | {event, duration_seconds}
          + if .event == "session.closed" then {} else {
              instance: $line.instance,
              id,
              route,
              client: .client["network.peer.address"],
              upstream: .upstream["network.peer.address"],
              # What is so still, and blames somebody.
              open: [.findings[] | select(.until == null and (.at_end | not) and .blame != "nobody")]
            } end)
      end)
| [.[]
    | select(.event != "session.closed")
    | (.open | min_by(.since)) as $finding
    | select($finding != null)
    | {instance, id, route, since: $finding.since, finding: $finding.id, blame: $finding.blame, client, upstream,
        sentence: $finding.sentence}]
| sort_by(.since)[]
