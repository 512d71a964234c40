-- Where each node of a round ends: where its lowest neighbour ended in the rounds after it, or there.
select l.node, coalesce(t.part, l.part) as part from lowest l left join through t on t.node = l.part
