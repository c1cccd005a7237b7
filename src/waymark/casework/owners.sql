-- Who owes each of some duties: the rule of `waymark.casework.owning`, which says it in English and supplies the
-- parameters. A part of a statement: `asked` (id, case_id, trigger_id, roles, escalated_to and what is carried) comes before
-- it, and it gives `owners`, a row for each duty, role and holder (`as_role`: what role they have there). Run with the web login: row-level security leaves out what
-- is out of reach. Each step is a look-up for one duty, so that it costs as much as there are duties, however large the borough.
owed as (
    select asked.id, asked.case_id, asked.trigger_id, {carried}, owes.role, owes.further
    from asked
    cross join lateral (
        select unnest(asked.roles) as role, false as further
        union all
        select unnest(asked.escalated_to), true
    ) as owes
),
-- Whoever has the role, or recorded what began it and still works there; neither member nor team where nobody has.
held as materialized (
    select owed.*, holder.membership_id, holder.team_id
    from owed
    left join lateral (
        select involved.membership_id, involved.team_id
        from access_involvement involved
        where owed.role <> %(recorder)s and involved.case_id = owed.case_id and involved.role = owed.role
            and involved.starts_at <= statement_timestamp()
            and (involved.ends_at is null or involved.ends_at > statement_timestamp())
        union all
        select started.actor, null
        from events_event started
        join access_membership member on member.id = started.actor
        where owed.role = %(recorder)s and started.id = owed.trigger_id and exists (
            select from access_involvement involved
            where involved.case_id = owed.case_id
                and (involved.membership_id = member.id or involved.team_id = member.team_id)
                and involved.starts_at <= statement_timestamp()
                and (involved.ends_at is null or involved.ends_at > statement_timestamp())
        )
        offset 0
    ) as holder on true
),
-- Where nobody has it: once for each role of a record, however many duties it owes there.
fallen as materialized (
    select nobody_has.case_id, nobody_has.role, taker.membership_id, taker.team_id, taker.as_role, taker.way
    from (select distinct case_id, role from held where membership_id is null and team_id is null) as nobody_has
    cross join lateral (
        select coalesce(authority_id, id) as borough from cases_case where id = nobody_has.case_id offset 0
    ) as responsible
    cross join lateral (
        select case when queue is null then membership_id end as membership_id, coalesce(queue, team_id) as team_id,
            role as as_role,
            case
                when queue is not null and nobody_has.role = any(%(named)s::text[]) then 'team'
                when queue is not null then 'queue'
                when place is not null then 'taken'
                else 'everyone'
            end as way,
            rank() over (order by queue is null, place) as preference
        from (
            select working.membership_id, working.team_id, working.role,
                case when nobody_has.role <> %(recorder)s then (
                    select team.id from access_team team
                    where team.role = nobody_has.role and team.borough_id = responsible.borough and team.id = coalesce(
                        working.team_id,
                        (select member.team_id from access_membership member where member.id = working.membership_id)
                    )
                ) end as queue,
                case when nobody_has.role <> %(recorder)s then
                    array_position(%(takers)s::text[], working.role::text)
                end as place
            from access_involvement working
            where working.case_id = nobody_has.case_id
                and working.starts_at <= statement_timestamp()
                and (working.ends_at is null or working.ends_at > statement_timestamp())
            offset 0
        ) as working
    ) as taker
    where taker.preference = 1
),
owners as materialized (
    select id, case_id, {carried}, role, further, membership_id, team_id, role as as_role,
        case when team_id is not null and role = any(%(named)s::text[]) then 'team' else 'has' end as way
    from held
    where membership_id is not null or team_id is not null
    union all
    -- Each of the one has its like in the other. A full join, because that is never a loop in a loop, which the planner
    -- would choose: it expects one row where there may be tens of thousands.
    select id, case_id, {carried}, role, further, fallen.membership_id, fallen.team_id, as_role, way
    from (select * from held where membership_id is null and team_id is null) as unheld
    full join fallen using (case_id, role)
)
