select * from {{ source('star', 'fact_forecast') }}
where known_to is null
