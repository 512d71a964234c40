-- The edges of a graph between the numbers of their nodes, each once and none from a node to itself.
select distinct least(x.number, y.number) as a, greatest(x.number, y.number) as b
from edges e join numbers x on x.node = e.a join numbers y on y.node = e.b
where x.number <> y.number
