{{ config(meta={'dagster': {'ref': {'name': 'mart_capacity_claims'}}}) }}
-- No claim's lower bound lies above its upper bound, and no period ends before it begins.
select claim_id from {{ ref('mart_capacity_claims') }} where value_low > value_high or period_start > period_end
union all
select claim_id from {{ ref('mart_forecast_claims') }} where value_low > value_high or period_start > period_end or prior_low > prior_high
union all
select claim_id from {{ ref('mart_observation_claims') }} where value_low > value_high or period_start > period_end
union all
select claim_id from {{ ref('mart_supply_claims') }} where share_low > share_high or period_start > period_end
