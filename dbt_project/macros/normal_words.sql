{#- Words for comparing across sentences: without blanks, every written number as #. -#}
{% macro normal_words(text) -%}
    regexp_replace(regexp_replace({{ text }}, '\s+', '', 'g'), '[0-9０-９]+(?:[.,．][0-9０-９]+)*', '#', 'g')
{%- endmacro %}
