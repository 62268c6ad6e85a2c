select
    {{ brief_columns() }},
    company.name_zh_hant as company,
    company.company_id,
    claim.subject,
    claim.metric,
    claim.value_low,
    claim.value_high,
    claim.comparator,
    claim.unit,
    claim.unit_raw,
    claim.per,
    claim.basis,
    claim.direction,
    claim.period_start,
    claim.period_end,
    {{ evidence_columns('claim') }}
from {{ ref('stg_observation') }} as claim
inner join {{ ref('stg_brief') }} as brief using (brief_key)
left join {{ ref('stg_company') }} as company on claim.company_key = company.company_key
