-- How long the records of young people are kept, and what keeps them longer. What was withdrawn does not count, unless
-- its withdrawal was withdrawn; in doubt a record counts as looked after, and as not closed.
with person as materialized (
    select c.id as case_id, c.reference, y.date_of_birth as born
    from cases_case c join people_youngperson y on y.case_id = c.id
    where c.id in (select id from unnest(%(cases)s::uuid[]) asked (id))
), status as (
    select e.case_id,
        bool_or(e.data ->> 'status' = 'cla') as looked_after,
        bool_or(e.data ->> 'status' = 'care_leaver') as care_leaver
    from events_event e join person p on p.case_id = e.case_id
    where e.type = 'facts_recorded' and e.data ? 'status' and not exists (
        select from events_event w
        where w.case_id = e.case_id and w.type = 'event_retracted' and w.data ->> 'event' = e.id::text
            and not exists (
                select from events_event again
                where again.case_id = e.case_id and again.type = 'event_retracted'
                    and again.data ->> 'event' = w.id::text
            )
    )
    group by e.case_id
), closing as (
    select e.case_id, max(e.occurred_at) as closed_at
    from events_event e join person p on p.case_id = e.case_id
    where e.type = 'case_closed' and not exists (
        select from events_event w
        where w.case_id = e.case_id and w.type = 'event_retracted' and w.data ->> 'event' = e.id::text
    )
    group by e.case_id
), judged as (
    select p.case_id, p.reference, p.born, closing.closed_at,
        case
            when status.looked_after or exists (select from returns_importedchild i where i.case_id = p.case_id)
                then 'looked_after'
            when status.care_leaver then 'care_leaver'
            when status.case_id is null then 'not_known'
            else 'other'
        end as rule,
        (select max(greatest(e.occurred_at, e.recorded_at)) from events_event e where e.case_id = p.case_id) as last_entry
    from person p
    left join status on status.case_id = p.case_id
    left join closing on closing.case_id = p.case_id
), due as (
    select judged.*,
        case
            when rule <> 'other' then (born + make_interval(years => %(from_birth)s))::date
            when closed_at is not null then greatest(
                (born + make_interval(years => %(local_age)s))::date,
                ((greatest(closed_at, last_entry) at time zone 'Europe/London')::date
                    + make_interval(years => %(local_after)s))::date
            )
        end as due_on
    from judged
)
select due.case_id, due.reference, due.born, due.rule, due.closed_at, due.due_on,
    (due.born + make_interval(years => %(local_age)s))::date as of_age_on,
    exists (
        select from duties_duty d where d.case_id = due.case_id and d.state in ('open', 'breached') and d.timed
    ) as has_open_duties,
    exists (
        select from access_involvement i
        where i.case_id = due.case_id and (i.ends_at is null or i.ends_at > %(now)s)
    ) as has_workers,
    exists (
        select from disclosure_legalhold h
        where h.case_id = due.case_id and (h.ends_at is null or h.ends_at > %(now)s)
    ) as is_held,
    (
        select p.id from disclosure_proposal p where p.case_id = due.case_id and p.ends_at is null
    ) as proposal_id
from due
order by due.due_on nulls last, due.reference
