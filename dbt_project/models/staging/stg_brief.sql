select
    brief.brief_key,
    brief.brief_id,
    brief.title,
    publisher.name as publisher,
    publisher.country as publisher_country,
    brief.published_on,
    brief.dated_on,
    brief.date_source,
    brief.date_confidence,
    brief.is_date_suspect,
    brief.story_id,
    brief.is_first,
    brief.url,
    brief.tag,
    brief.body_length,
    brief.received_at
from {{ source('star', 'dim_brief') }} as brief
left join {{ source('star', 'dim_publisher') }} as publisher using (publisher_key)
