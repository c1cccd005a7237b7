-- Which outstanding duties are the reader's, and which are their team's: those that they or their team owe (owners.sql),
-- and what those whom they lead owe. `waymark.casework.queries` supplies the parameters.
with asked as materialized (
    select duty.id, duty.case_id, duty.trigger_id, duty.roles, duty.escalated_to, duty.due, duty.clause
    from duties_duty duty
    where duty.case_id in (select case_id from public.access_reach)
        and duty.state in ('open', 'breached') and duty.timed
        and (%(until)s::timestamptz is null or duty.due <= %(until)s)
        and (%(clauses)s::text[] is null or duty.clause = any(%(clauses)s::text[]))
        and (%(cases)s::uuid[] is null or duty.case_id = any(%(cases)s::uuid[]))
),
{owners},
colleagues as materialized (
    select id, role from access_membership
    where (team_id = %(team)s::uuid or (%(team)s::uuid is null and agency_id = %(agency)s::uuid))
        and starts_at <= statement_timestamp() and (ends_at is null or ends_at > statement_timestamp())
),
answering as (
    -- What they or their team owe. What nobody was named for, or was only taken, is the team's and nobody's own.
    select id, due, clause, further, way in ('has', 'queue') and (
            membership_id = %(membership)s::uuid
            or team_id = %(team)s::uuid and (role = %(role)s or role not in (select role from colleagues))
        ) is true as mine
    from owners
    where team_id = %(team)s::uuid or membership_id in (select id from colleagues)
    union all
    -- What those owe whom they lead there, or whom somebody of their team leads if they are a leader too.
    select asked.id, asked.due, asked.clause, false, false
    from asked
    where asked.roles && %(led)s::varchar[] and (
        exists (
            select from access_involvement involved
            where involved.team_id = %(team)s::uuid and involved.case_id = asked.case_id
                and (%(leads)s or involved.role not in (select role from colleagues))
                and (%(led)s::varchar[])[array_position(%(leaders)s::varchar[], involved.role)] = any(asked.roles)
                and involved.starts_at <= statement_timestamp()
                and (involved.ends_at is null or involved.ends_at > statement_timestamp())
        ) or exists (
            select from access_involvement involved
            where involved.membership_id = any(array(select id from colleagues where %(leads)s or id = %(membership)s::uuid))
                and involved.case_id = asked.case_id
                and (%(led)s::varchar[])[array_position(%(leaders)s::varchar[], involved.role)] = any(asked.roles)
                and involved.starts_at <= statement_timestamp()
                and (involved.ends_at is null or involved.ends_at > statement_timestamp())
        )
    )
),
answered as materialized (
    select id, clause <> all(%(musts)s::text[]) as is_should, clause, due, mine, taken_to_me,
        case
            when due <= %(now)s and due <= %(long_ago)s and not taken_to_me then 'long'
            when due <= %(now)s then 'late'
            when due <= %(tomorrow)s then 'today'
            when due <= %(next_week)s then 'week'
            else 'later'
        end as bucket
    from (
        select id, due, clause, bool_or(mine) as mine, bool_or(mine and further) as taken_to_me
        from answering group by id, due, clause
    ) as each_once
),
counted as (
    select bucket, count(*) filter (where mine) as mine, count(*) as ours from answered group by bucket
),
-- What is late: first what was taken to the reader, then what must be done, the latest first. What is to come: the next first.
ranked as (
    select id, bucket, row_number() over (
            partition by bucket
            order by bucket = 'late' and not taken_to_me, bucket in ('late', 'long') and is_should,
                case when bucket in ('late', 'long') then due end desc, due nulls last, is_should, clause, id
        ) as place
    from answered
    where (mine or %(whole_team)s) and bucket = any(%(buckets)s::text[])
)
select bucket, null::uuid as duty, mine, ours, 0 as place from counted
union all
select bucket, id, 0, 0, place from ranked where place > %(start)s and place <= %(start)s + %(size)s
order by place
