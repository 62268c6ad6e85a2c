select * from {{ source('star', 'fact_company_mention') }}
where known_to is null
