-- Each node's lowest neighbour or itself, in an order that is drawn anew each round: a number n stands at the place
-- (factor * n + shift) modulo a prime, and (back * (place - shift)) modulo the prime is the number again.
with neighbours as (
    select a as node, b as other from edges_left union all select b as node, a as other from edges_left
),
placed as (
    select n.node, min((d.factor * n.other + d.shift) % d.prime) as place
    from neighbours n cross join draw d
    group by n.node
)
select p.node,
       (d.back * ((least(p.place, (d.factor * p.node + d.shift) % d.prime) + d.prime - d.shift) % d.prime)) % d.prime as part
from placed p cross join draw d
