select * from {{ source('star', 'dim_unit') }}
