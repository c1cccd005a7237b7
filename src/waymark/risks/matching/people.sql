-- Everybody who lives in a setting on the nights, or is coming to it, against one young person: all conflicts at once.
-- What the reference in the tests does row by row. `holds` is put in for each table, see risks.matching.finding.
with doubles as materialized (
    select case_id, into_id from people_merge where undone_at is null
),
lives as materialized (
    select distinct unit.scheme_id, coalesce(double.into_id, stay.case_id) as person_id
    from accommodation_occupancy stay
    join accommodation_unit unit on unit.id = stay.unit_id
    left join doubles double on double.case_id = stay.case_id
    where stay.kind in ('placement', 'reservation') and stay.cancelled_at is null
        and (stay.lapses_at is null or stay.lapses_at > %(now)s) and stay.nights && %(nights)s
        and stay.case_id <> all(%(records)s)
        and (%(schemes)s::uuid[] is null or unit.scheme_id = any(%(schemes)s::uuid[]))
),
-- With each of their records, where two are about one person.
here as materialized (
    select scheme_id, person_id as case_id, person_id from lives
    union all
    select lives.scheme_id, doubles.case_id, lives.person_id
    from lives join doubles on doubles.into_id = lives.person_id
),
-- What is between them and anybody, seen from them. `who` is a young person, or somebody of the register.
between_them as materialized (
    select a.id, a.kind, a.other_id as who, a.direction as side, null::uuid as of_register
    from risks_association a
    where a.case_id = any(%(records)s) and a.other_id is not null and a.kind <> 'positive' and {a_holds}
    union all
    select a.id, a.kind, a.case_id,
        case a.direction when 'towards' then 'from' when 'from' then 'towards' else a.direction end, null
    from risks_association a
    where a.other_id = any(%(records)s) and a.kind <> 'positive' and {a_holds}
    union all
    select a.id, a.kind, a.person_id, a.direction, a.person_id
    from risks_association a
    where a.case_id = any(%(records)s) and a.person_id is not null and a.kind <> 'positive' and {a_holds}
),
-- By whom they are exploited or with whom they are exploited or offend, and whom else those know in that way.
hops as (
    select b.id as own, b.who, b.of_register, b.kind = 'exploits' and b.side in ('from', 'both') as exploits_them,
        a.id as hop, a.other_id as met, a.kind = 'exploits' and a.direction in ('towards', 'both') as exploits_met
    from between_them b join risks_association a on a.case_id = b.who and a.other_id is not null
    where b.kind = any(%(links)s) and a.kind = any(%(links)s) and {a_holds}
    union all
    select b.id, b.who, b.of_register, b.kind = 'exploits' and b.side in ('from', 'both'),
        a.id, a.case_id, a.kind = 'exploits' and a.direction in ('from', 'both')
    from between_them b join risks_association a on a.other_id = b.who
    where b.kind = any(%(links)s) and a.kind = any(%(links)s) and {a_holds}
    union all
    select b.id, b.who, b.of_register, b.kind = 'exploits' and b.side in ('from', 'both'),
        a.id, a.case_id, a.kind = 'exploits' and a.direction in ('from', 'both')
    from between_them b join risks_association a on a.person_id = b.of_register
    where b.kind = any(%(links)s) and a.kind = any(%(links)s) and {a_holds}
),
own_groups as materialized (
    select a.id, a.group_id from risks_affiliation a where a.case_id = any(%(records)s) and {a_holds}
),
rivals as materialized (
    select own.id as own, r.id as rivalry, case own.group_id when r.group_id then r.rival_id else r.group_id end as group_id
    from own_groups own join risks_rivalry r on own.group_id in (r.group_id, r.rival_id)
    where {r_holds}
),
alike as materialized (
    select here.scheme_id, here.case_id, here.person_id, own.group_id, own.id as own, a.id as theirs
    from own_groups own
    join risks_affiliation a on a.group_id = own.group_id
    join here on here.case_id = a.case_id
    where {a_holds}
),
crowded as (
    select scheme_id, group_id from alike
    group by scheme_id, group_id having count(distinct person_id) + 1 > %(most)s
),
harm as (
    select * from unnest(%(harms)s::text[], %(vulnerable)s::text[]) as pair(harms, vulnerable)
),
own_markers as materialized (
    select m.id, m.kind from risks_marker m where m.case_id = any(%(records)s) and {m_holds}
)
select here.scheme_id, b.kind as cause, b.side, here.case_id, array[b.id] as items
from between_them b join here on here.case_id = b.who
where b.of_register is null
union all
select here.scheme_id, 'exploitation_link',
    case when h.exploits_them and h.exploits_met then 'both' when h.exploits_them then 'from' else 'towards' end,
    here.case_id, array_remove(array[h.own, h.hop, h.of_register], null)
from hops h join here on here.case_id = h.met
where h.exploits_them or h.exploits_met
union all
select here.scheme_id, 'rival_groups', 'both', here.case_id, array[v.own, v.rivalry, a.id]
from rivals v
join risks_affiliation a on a.group_id = v.group_id
join here on here.case_id = a.case_id
where {a_holds}
union all
select alike.scheme_id, 'same_group', 'both', alike.case_id, array[alike.own, alike.theirs, alike.group_id]
from alike join crowded using (scheme_id, group_id)
union all
select here.scheme_id, 'vulnerable', 'towards', here.case_id, array[own.id, m.id]
from own_markers own
join harm on harm.harms = own.kind
join risks_marker m on m.kind = harm.vulnerable
join here on here.case_id = m.case_id
where {m_holds}
union all
select here.scheme_id, 'vulnerable', 'from', here.case_id, array[own.id, m.id]
from own_markers own
join harm on harm.vulnerable = own.kind
join risks_marker m on m.kind = harm.harms
join here on here.case_id = m.case_id
where {m_holds}
