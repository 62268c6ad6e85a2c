select * from {{ source('star', 'fact_capacity') }}
where known_to is null
