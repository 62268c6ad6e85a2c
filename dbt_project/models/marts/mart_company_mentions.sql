select
    brief.brief_id,
    brief.title,
    company.name_zh_hant as company,
    company.company_id,
    company.status,
    mention.mentions,
    mention.first_span_start,
    mention.first_span_end,
    brief.publisher,
    brief.published_on,
    mention.corrected_by,
    mention.correction_reason,
    mention.mention_id
from {{ ref('stg_company_mention') }} as mention
inner join {{ ref('stg_brief') }} as brief using (brief_key)
inner join {{ ref('stg_company') }} as company using (company_key)
