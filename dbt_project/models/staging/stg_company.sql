select * from {{ source('star', 'dim_company') }}
