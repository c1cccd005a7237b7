-- How a name sounds, roughly, as letters to compare: its consonants, once those that sound alike are one. Two spellings
-- of a name that people confuse give the same; so do some names that they do not, which whoever looks tells apart.
-- The value stands in columns that the database keeps itself, so a change here needs a migration that makes them anew.
create function public.waymark_sound(name text) returns text
    language sql immutable parallel safe strict set search_path = pg_catalog, pg_temp as $$
    with
    plain as (select translate(lower(normalize(name, NFKD)), 'øłđðıæœß', 'olddiaos') as x),
    -- articles and "son of", where they stand apart
    bare as (select regexp_replace(x, '^(al|el|ul|bin|ibn|de|da|van|von|mc|mac)[ -]+(?=[a-z])', '') as x from plain),
    letters as (select regexp_replace(x, '[^a-z]', '', 'g') as x from bare),
    -- the same letter twice is once
    once as (select regexp_replace(x, '(.)\1+', '\1', 'g') as x from letters),
    starts as (select regexp_replace(regexp_replace(regexp_replace(x,
        '^(kn|gn|pn)', 'n'), '^wr', 'r'), '^(y|j)(?=[aeiou])', 'j') as x from once),
    quiet as (select regexp_replace(replace(x, 'mps', 'ms'), 'gh(?=t|$)', '', 'g') as x from starts),
    -- groups of letters
    groups as (select replace(replace(replace(replace(replace(replace(replace(replace(replace(replace(replace(replace(x,
        'tch', 's'), 'sch', 's'), 'sh', 's'), 'sz', 's'), 'ch', 's'), 'ph', 'f'), 'gh', 'g'), 'kh', 'k'), 'ck', 'k'),
        'dj', 'j'), 'th', 't'), 'dh', 'd') as x from quiet),
    soft as (select regexp_replace(x, 'c(?=[eiy])', 's', 'g') as x from groups),
    softer as (select regexp_replace(regexp_replace(x, 'dg(?=[eiy])', 'j', 'g'), 'g(?=[eiy])', 'j', 'g') as x from soft),
    -- letters that sound alike
    alike as (select translate(replace(x, 'x', 'ks'), 'cqvzdb', 'kkfstp') as x from softer),
    again as (select regexp_replace(x, '(.)\1+', '\1', 'g') as x from alike),
    -- the first letter counts as it is, or as a vowel; after it only what is no vowel
    first as (select case when left(x, 1) ~ '[aeiouy]' then 'a' else left(x, 1) end as f, substr(x, 2) as r from again)
    select f || regexp_replace(r, '[aeiouyhw]', '', 'g') from first
$$;
