-- Which outstanding duties are the reader's, and which are their team's. `waymark.casework.queries` says who owes what, and
-- supplies the parameters. Run with the web login: rows come through row-level security, so nothing out of reach is here.
with colleagues as materialized (
    select id, role from access_membership
    where (team_id = %(team)s::uuid or (%(team)s::uuid is null and agency_id = %(agency)s::uuid))
        and starts_at <= statement_timestamp() and (ends_at is null or ends_at > statement_timestamp())
),
own_team as materialized (
    select role, borough_id,
        role = %(role)s or role not in (select role from colleagues) as is_mine
    from access_team where id = %(team)s::uuid
),
-- Everyone who works now on the records that the reader works on, and whether that is the reader or their team.
people as (
    select involved.case_id, involved.role, involved.membership_id, coalesce(involved.team_id, member.team_id) as team_id,
        involved.membership_id = %(membership)s::uuid or (
            involved.team_id = %(team)s::uuid
            and (involved.role = %(role)s or involved.role not in (select role from colleagues))
        ) as mine,
        involved.membership_id in (select id from colleagues) or involved.team_id = %(team)s::uuid as ours
    from access_involvement involved
    left join access_membership member on member.id = involved.membership_id
    where involved.case_id in (select case_id from public.access_reach)
        and involved.starts_at <= statement_timestamp()
        and (involved.ends_at is null or involved.ends_at > statement_timestamp())
),
-- For each record: the roles that somebody has, the roles whose team can see it, the roles that the reader and their
-- team answer for, and the place of each among those who take what nobody else can.
gathered as (
    select people.case_id,
        array_agg(distinct people.role) as held,
        array_agg(distinct people.membership_id) as members,
        array_agg(distinct people.team_id) as teams,
        coalesce(
            array_agg(distinct team.role) filter (where team.borough_id = coalesce(record.authority_id, record.id)), '{}'
        ) as team_roles,
        coalesce(array_agg(distinct people.role) filter (where people.mine), '{}') as my_roles,
        coalesce(array_agg(distinct people.role) filter (where people.ours), '{}') as our_roles,
        coalesce(array_agg(distinct led.role) filter (where people.mine and led.role is not null), '{}') as led_roles,
        min(array_position(%(takers)s::text[], people.role::text)) as taker,
        min(array_position(%(takers)s::text[], people.role::text)) filter (where people.mine) as my_taker,
        min(array_position(%(takers)s::text[], people.role::text)) filter (where people.ours) as our_taker,
        coalesce(record.authority_id, record.id) as borough
    from people
    join cases_case record on record.id = people.case_id
    left join access_team team on team.id = people.team_id
    left join unnest(%(leaders)s::text[], %(led)s::text[]) as led (leader, role) on led.leader = people.role
    group by people.case_id, record.authority_id, record.id
),
answers as materialized (
    select case_id, members, teams,
        held || team_roles || %(recorder)s::varchar as covered,
        array_remove(my_roles, %(recorder)s) || my_queue as my_roles,
        array_remove(our_roles, %(recorder)s) || led_roles::varchar[] || our_queue as our_roles,
        taker is null or coalesce(my_taker = taker, false) as i_take,
        taker is null or coalesce(our_taker = taker, false) as we_take
    from gathered
    cross join lateral (
        select
            array(select role from own_team where borough_id = borough and role <> all(held) and is_mine) as my_queue,
            array(select role from own_team where borough_id = borough and role <> all(held)) as our_queue
    ) as queued
),
owned as materialized (
    select duty.id, duty.due, duty.clause,
        case
            when duty.due <= %(now)s then 'late'
            when duty.due <= %(tomorrow)s then 'today'
            when duty.due <= %(next_week)s then 'week'
            else 'later'
        end as bucket,
        duty.roles && my_roles or duty.escalated_to && my_roles or (i_take and not duty.roles <@ covered)
            or (started.id is not null and (started.actor = %(membership)s::uuid or not is_here)) as mine,
        duty.roles && our_roles or duty.escalated_to && our_roles or (we_take and not duty.roles <@ covered)
            or (started.id is not null and (started.actor in (select id from colleagues) or not is_here)) as ours
    from duties_duty duty
    join answers on answers.case_id = duty.case_id
    left join events_event started on started.id = case when %(recorder)s = any(duty.roles) then duty.trigger_id end
    left join access_membership recorder on recorder.id = started.actor
    cross join lateral (
        select coalesce(started.actor = any(members) or recorder.team_id = any(teams), false) as is_here
    ) as recorded
    where duty.state in ('open', 'breached') and duty.timed
        and (%(until)s::timestamptz is null or duty.due <= %(until)s)
        and (%(clauses)s::text[] is null or duty.clause = any(%(clauses)s::text[]))
        and (%(cases)s::uuid[] is null or duty.case_id = any(%(cases)s::uuid[]))
),
counted as (
    select bucket, count(*) filter (where mine) as mine, count(*) as ours from owned where mine or ours group by bucket
),
shown as (
    select id, bucket, row_number() over (order by due nulls last, clause <> all(%(musts)s::text[]), clause, id) as place
    from owned
    where (mine or (%(whole_team)s and ours)) and bucket = any(%(buckets)s::text[])
    order by place
    limit %(size)s offset %(start)s
)
select bucket, null::uuid as duty, mine, ours, 0 as place from counted
union all
select bucket, id, 0, 0, place from shown
order by place
