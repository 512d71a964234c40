-- How alike two words or streets are, written slightly differently: from 0 to 1, and how many slips of a key lie between.
select pair, jaro_winkler_similarity(one, other) as alike, damerau_levenshtein(one, other) as slips
from writings
order by pair
