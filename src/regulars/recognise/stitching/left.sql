-- The edges that are left when every node has become one with its lowest neighbour.
select distinct least(x.part, y.part) as a, greatest(x.part, y.part) as b
from edges_left e join lowest x on x.node = e.a join lowest y on y.node = e.b
where x.part <> y.part
