-- Every node of a graph with a number of its own, from nought on, in the order of the nodes.
select node, cast(row_number() over (order by node) - 1 as bigint) as number
from (select a as node from edges union select b as node from edges) nodes
