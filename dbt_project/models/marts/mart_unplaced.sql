{#- Marks that end the words around a quantity, and words that only lead up to its number. -#}
{%- set mark = '[^,，。;；:：、()（）「」“”!！?？]' -%}
{%- set lead = '(約|近|逾|僅|有|共|達|為|至少|超過|不到|高達|大約|將近)+$' -%}
with unplaced as (
    select claim_id, brief_key, unit, sentence, span_start - sentence_start as value_from, span_end - sentence_start as value_to
    from {{ ref('stg_observation') }}
    where metric = 'other'
    union all
    select claim_id, brief_key, unit, sentence, span_start - sentence_start, span_end - sentence_start
    from {{ ref('stg_forecast') }}
    where metric = 'other'
),
normal as (
    select
        unplaced.*,
        {{ normal_words('left(sentence, value_from)') }} as text_before,
        {{ normal_words('substr(sentence, value_to + 1)') }} as text_behind
    from unplaced
),
around as (
    select
        normal.*,
        coalesce(unit_of.dimension, 'none') as dimension,
        regexp_extract(regexp_replace(text_before, '{{ lead }}', ''), '{{ mark }}{0,4}$') as words_before,
        regexp_extract(text_behind, '^{{ mark }}{0,2}') as words_behind
    from normal
    left join {{ ref('stg_unit') }} as unit_of using (unit)
)
select
    words_before || '〔' || dimension || '〕' || words_behind as pattern,
    dimension,
    words_before,
    words_behind,
    count(*) as claims,
    count(distinct brief_key) as briefs,
    max(brief.published_on) as newest_on,
    arg_max(sentence, (coalesce(brief.published_on, date '0001-01-01'), claim_id)) as example_sentence,
    arg_max(claim_id, (coalesce(brief.published_on, date '0001-01-01'), claim_id)) as example_claim_id
from around
inner join {{ ref('stg_brief') }} as brief using (brief_key)
group by all
order by claims desc, briefs desc, pattern
