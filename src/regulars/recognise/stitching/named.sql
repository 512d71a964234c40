-- Every node and its component, which bears the name of its smallest node.
with ended as (select n.node, coalesce(t.part, n.number) as part from numbers n left join through t on t.node = n.number),
named as (select part, min(node) as component from ended group by part)
select e.node, n.component from ended e join named n on n.part = e.part
