{#-
    What a relation with known_from and known_to said at the end of a day (UTC), as a subquery:
        select * from {{ as_known_on(source('star', 'fact_supply'), "date '2026-11-01'") }} as claim
    Without a day: what it says now.
-#}
{% macro as_known_on(relation, day=none) -%}
(
    select * from {{ relation }}
    {%- if day is none %}
    where known_to is null
    {%- else %}
    where known_from < {{ day }} + interval 1 day and (known_to is null or known_to >= {{ day }} + interval 1 day)
    {%- endif %}
)
{%- endmacro %}
