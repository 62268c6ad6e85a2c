{{ config(meta={'dagster': {'ref': {'name': 'stg_brief'}}}) }}
-- Every claim leads back to a place inside its brief's body, and the sentence there holds it, but for a supplier, who may be
-- named in another sentence.
{% for kind in ['capacity', 'forecast', 'supply', 'observation'] %}
select claim.claim_id
from {{ ref('stg_' ~ kind) }} as claim
inner join {{ ref('stg_brief') }} as brief using (brief_key)
where claim.span_end > brief.body_length
    {% if kind != 'supply' %}
    or claim.span_start < claim.sentence_start
    or claim.span_end > claim.sentence_start + length(claim.sentence)
    {% endif %}
{% set parts = ['customer', 'item', 'period'] if kind == 'supply' else ['unit', 'period', 'company', 'subject'] %}
{% for part in parts %}
    or not coalesce(claim.{{ part }}_span_start < claim.{{ part }}_span_end and claim.{{ part }}_span_end <= brief.body_length,
        claim.{{ part }}_span_start is null and claim.{{ part }}_span_end is null)
{% endfor %}
{% if not loop.last %}union all{% endif %}
{% endfor %}
