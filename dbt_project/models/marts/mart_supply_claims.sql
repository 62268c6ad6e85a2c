select
    {{ brief_columns() }},
    supplier.name_zh_hant as supplier,
    supplier.company_id as supplier_id,
    customer.name_zh_hant as customer,
    customer.company_id as customer_id,
    claim.item,
    claim.model,
    claim.role,
    claim.status,
    claim.share_low,
    claim.share_high,
    claim.period_start,
    claim.period_end,
    {{ evidence_columns('claim') }}
from {{ ref('stg_supply') }} as claim
inner join {{ ref('stg_brief') }} as brief using (brief_key)
inner join {{ ref('stg_company') }} as supplier on claim.supplier_key = supplier.company_key
left join {{ ref('stg_company') }} as customer on claim.customer_key = customer.company_key
