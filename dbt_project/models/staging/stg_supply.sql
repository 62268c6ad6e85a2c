select * from {{ source('star', 'fact_supply') }}
where known_to is null
