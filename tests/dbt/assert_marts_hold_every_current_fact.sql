{{ config(meta={'dagster': {'ref': {'name': 'mart_capacity_claims'}}}) }}
-- A mart neither loses nor doubles a claim: as many rows as the warehouse believes now.
{% for kind in ['capacity', 'forecast', 'supply', 'observation'] %}
select '{{ kind }}' as kind
where (select count(*) from {{ ref('mart_' ~ kind ~ '_claims') }})
    <> (select count(*) from {{ source('star', 'fact_' ~ kind) }} where known_to is null)
union all
{% endfor %}
select 'company_mention'
where (select count(*) from {{ ref('mart_company_mentions') }})
    <> (select count(*) from {{ source('star', 'fact_company_mention') }} where known_to is null)
