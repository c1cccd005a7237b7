-- Where those people of concern are found who matter to one young person, and why they matter.
select f.id, f.scheme_id, f.district, f.address, 'person_of_concern' as cause, a.direction as side,
    array[a.id, f.person_id, f.id] as items
from risks_association a
join risks_frequents f on f.person_id = a.person_id
where a.case_id = any(%(records)s) and a.kind <> 'positive' and {a_holds} and {f_holds}
union all
select f.id, f.scheme_id, f.district, f.address, 'rival_of_concern', 'both',
    array[own.id, r.id, f.person_id, f.id]
from risks_affiliation own
join risks_rivalry r on own.group_id in (r.group_id, r.rival_id)
join risks_personofconcern p
    on p.group_id = case own.group_id when r.group_id then r.rival_id else r.group_id end
join risks_frequents f on f.person_id = p.id
where own.case_id = any(%(records)s) and {own_holds} and {r_holds} and {p_holds} and {f_holds}
