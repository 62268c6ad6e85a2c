select * from {{ as_known_on(source('star', 'fact_capacity')) }}
