-- Every claim leads back to a place inside its brief's body, and the sentence there holds it.
{% for kind in ['capacity', 'forecast', 'supply', 'observation'] %}
select claim.claim_id
from {{ source('star', 'fact_' ~ kind) }} as claim
inner join {{ source('star', 'dim_brief') }} as brief using (brief_key)
where claim.span_end > brief.body_length
    or claim.span_start < claim.sentence_start
    or claim.span_end > claim.sentence_start + length(claim.sentence)
{% if not loop.last %}union all{% endif %}
{% endfor %}
