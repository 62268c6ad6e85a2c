select
    company.company_id,
    company.name_zh_hant as company,
    count(*) as briefs,
    count(distinct brief.story_id) as stories,
    sum(mention.mentions)::bigint as mentions,
    min(brief.dated_on) as first_on,
    max(brief.dated_on) as last_on,
    arg_max(brief.title, (brief.dated_on, brief.brief_id)) as newest_title,
    arg_max(brief.brief_id, (brief.dated_on, brief.brief_id)) as newest_brief_id,
    arg_max(mention.first_span_start, (brief.dated_on, brief.brief_id)) as newest_span_start,
    arg_max(mention.first_span_end, (brief.dated_on, brief.brief_id)) as newest_span_end
from {{ ref('stg_company_mention') }} as mention
inner join {{ ref('stg_brief') }} as brief using (brief_key)
inner join {{ ref('stg_company') }} as company using (company_key)
where company.status = 'candidate'
group by company.company_id, company.name_zh_hant
order by stories desc, mentions desc, company.company_id
