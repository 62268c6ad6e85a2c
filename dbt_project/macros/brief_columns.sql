{#- The columns that every flat view begins and ends with (contract section 6). -#}
{% macro brief_columns() -%}
    brief.brief_id,
    brief.title,
    brief.publisher,
    brief.published_on
{%- endmacro %}

{% macro evidence_columns(fact) -%}
    {{ fact }}.sentence,
    {{ fact }}.span_start,
    {{ fact }}.span_end,
    {{ fact }}.confidence,
    {{ fact }}.rule,
    {{ fact }}.extractor_version,
    {{ fact }}.flags,
    {{ fact }}.corrected_by,
    {{ fact }}.correction_reason,
    {{ fact }}.claim_id
{%- endmacro %}
