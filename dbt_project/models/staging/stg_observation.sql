select * from {{ source('star', 'fact_observation') }}
where known_to is null
