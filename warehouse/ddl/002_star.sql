-- The star: dimensions and facts. Names, types and enums are those of the warehouse contract.
CREATE SCHEMA IF NOT EXISTS star;

CREATE TABLE star.dim_company (
    company_key  VARCHAR NOT NULL CHECK (length(company_key) = 32),
    company_id   VARCHAR NOT NULL,
    name_zh_hant VARCHAR NOT NULL,
    name_zh_hans VARCHAR,
    name_en      VARCHAR,
    ticker       VARCHAR,
    exchange     VARCHAR,
    country      VARCHAR,
    industry     VARCHAR,
    kind         VARCHAR,
    status       VARCHAR NOT NULL CHECK (status IN ('curated', 'candidate', 'anonymous')),
    valid_from   DATE NOT NULL,
    valid_to     DATE,
    is_current   BOOLEAN NOT NULL,
    CHECK (valid_to IS NULL OR valid_from <= valid_to),
    CHECK (is_current = (valid_to IS NULL))
);
COMMENT ON TABLE star.dim_company IS 'One row per company and interval of validity (type 2): curated from the reference data, candidates found in briefs, anonymous parties of one brief.';
COMMENT ON COLUMN star.dim_company.company_key IS 'Hash of company_id and valid_from.';
COMMENT ON COLUMN star.dim_company.company_id IS 'Stable id: the reference data''s, or a hash of the name for candidates and anonymous parties.';
COMMENT ON COLUMN star.dim_company.name_zh_hant IS 'Name in Traditional Chinese, else as written.';
COMMENT ON COLUMN star.dim_company.name_zh_hans IS 'Name in Simplified Chinese.';
COMMENT ON COLUMN star.dim_company.name_en IS 'Name in English.';
COMMENT ON COLUMN star.dim_company.ticker IS 'Code on the exchange.';
COMMENT ON COLUMN star.dim_company.exchange IS 'Exchange code (TWSE, TPEX, SSE, SZSE, HKEX, NASDAQ ...).';
COMMENT ON COLUMN star.dim_company.country IS 'ISO 3166 alpha-2 of the head office.';
COMMENT ON COLUMN star.dim_company.industry IS 'Industry code of the reference data.';
COMMENT ON COLUMN star.dim_company.kind IS 'maker, bank, broker, research, investor, carrier, retailer, platform, other.';
COMMENT ON COLUMN star.dim_company.status IS 'Whether it is reference data, found and not yet reviewed, or named by no name.';
COMMENT ON COLUMN star.dim_company.valid_from IS 'First day on which this row holds.';
COMMENT ON COLUMN star.dim_company.valid_to IS 'Last day on which it holds; null while it does.';
COMMENT ON COLUMN star.dim_company.is_current IS 'Whether this is the row of today.';

CREATE TABLE star.dim_product (
    product_key       VARCHAR NOT NULL CHECK (length(product_key) = 32),
    product_id        VARCHAR NOT NULL,
    name_zh_hant      VARCHAR NOT NULL,
    name_en           VARCHAR,
    parent_product_id VARCHAR,
    valid_from        DATE NOT NULL,
    valid_to          DATE,
    is_current        BOOLEAN NOT NULL,
    CHECK (valid_to IS NULL OR valid_from <= valid_to),
    CHECK (is_current = (valid_to IS NULL))
);
COMMENT ON TABLE star.dim_product IS 'One row per product and interval of validity (type 2), with its place in the hierarchy.';
COMMENT ON COLUMN star.dim_product.product_key IS 'Hash of product_id and valid_from.';
COMMENT ON COLUMN star.dim_product.product_id IS 'Stable id of the reference data.';
COMMENT ON COLUMN star.dim_product.name_zh_hant IS 'Name in Traditional Chinese.';
COMMENT ON COLUMN star.dim_product.name_en IS 'Name in English.';
COMMENT ON COLUMN star.dim_product.parent_product_id IS 'The wider product (記憶體 for DRAM).';
COMMENT ON COLUMN star.dim_product.valid_from IS 'First day on which this row holds.';
COMMENT ON COLUMN star.dim_product.valid_to IS 'Last day on which it holds; null while it does.';
COMMENT ON COLUMN star.dim_product.is_current IS 'Whether this is the row of today.';

CREATE TABLE star.dim_publisher (
    publisher_key VARCHAR NOT NULL CHECK (length(publisher_key) = 32),
    name          VARCHAR NOT NULL,
    country       VARCHAR
);
COMMENT ON TABLE star.dim_publisher IS 'One row per publisher named by a brief.';
COMMENT ON COLUMN star.dim_publisher.publisher_key IS 'Hash of the name.';
COMMENT ON COLUMN star.dim_publisher.name IS 'Publisher as the briefs name it.';
COMMENT ON COLUMN star.dim_publisher.country IS 'ISO 3166 alpha-2, where the reference data knows it; decides what a bare 元 is.';

CREATE TABLE star.dim_brief (
    brief_key     VARCHAR NOT NULL CHECK (length(brief_key) = 32),
    brief_id      VARCHAR NOT NULL,
    title         VARCHAR NOT NULL,
    publisher_key VARCHAR,
    published_on  DATE,
    date_source   VARCHAR CHECK (date_source IN ('given', 'file name')),
    url           VARCHAR,
    tag           VARCHAR,
    body_length   INTEGER NOT NULL CHECK (body_length >= 0),
    received_at   TIMESTAMP NOT NULL
);
COMMENT ON TABLE star.dim_brief IS 'One row per brief.';
COMMENT ON COLUMN star.dim_brief.brief_key IS 'The brief''s id (its content''s hash) serves as key.';
COMMENT ON COLUMN star.dim_brief.brief_id IS 'Hash of title, body, publisher and publication date.';
COMMENT ON COLUMN star.dim_brief.title IS 'Title in its original script.';
COMMENT ON COLUMN star.dim_brief.publisher_key IS 'Who published it, star.dim_publisher.';
COMMENT ON COLUMN star.dim_brief.published_on IS 'Publication date; null when unknown.';
COMMENT ON COLUMN star.dim_brief.date_source IS 'Where the date comes from.';
COMMENT ON COLUMN star.dim_brief.url IS 'Address of the original, where given.';
COMMENT ON COLUMN star.dim_brief.tag IS 'The digest''s #tag, where given.';
COMMENT ON COLUMN star.dim_brief.body_length IS 'Length of the body, code points; every offset lies inside.';
COMMENT ON COLUMN star.dim_brief.received_at IS 'When it was first taken in, UTC.';

CREATE TABLE star.dim_unit (
    unit         VARCHAR NOT NULL,
    dimension    VARCHAR NOT NULL,
    name_zh_hant VARCHAR NOT NULL,
    name_en      VARCHAR NOT NULL
);
COMMENT ON TABLE star.dim_unit IS 'One row per unit code of the contract.';
COMMENT ON COLUMN star.dim_unit.unit IS 'Contract code (piece, percent, TWD, t, W ...).';
COMMENT ON COLUMN star.dim_unit.dimension IS 'count, ratio, money, mass, length, area, volume, power, energy, information, time ...';
COMMENT ON COLUMN star.dim_unit.name_zh_hant IS 'Name in Traditional Chinese.';
COMMENT ON COLUMN star.dim_unit.name_en IS 'Name in English.';

CREATE TABLE star.dim_date (
    date_key    DATE NOT NULL,
    year        SMALLINT NOT NULL,
    roc_year    SMALLINT NOT NULL,
    half        TINYINT NOT NULL CHECK (half BETWEEN 1 AND 2),
    quarter     TINYINT NOT NULL CHECK (quarter BETWEEN 1 AND 4),
    month       TINYINT NOT NULL CHECK (month BETWEEN 1 AND 12),
    iso_week    TINYINT NOT NULL CHECK (iso_week BETWEEN 1 AND 53),
    iso_weekday TINYINT NOT NULL CHECK (iso_weekday BETWEEN 1 AND 7)
);
COMMENT ON TABLE star.dim_date IS 'One row per day from 1990-01-01 to 2069-12-31.';
COMMENT ON COLUMN star.dim_date.date_key IS 'The day.';
COMMENT ON COLUMN star.dim_date.year IS 'Year of the common era.';
COMMENT ON COLUMN star.dim_date.roc_year IS 'Year of the Republic of China (民國).';
COMMENT ON COLUMN star.dim_date.half IS 'Half of the year.';
COMMENT ON COLUMN star.dim_date.quarter IS 'Quarter of the year.';
COMMENT ON COLUMN star.dim_date.month IS 'Month of the year.';
COMMENT ON COLUMN star.dim_date.iso_week IS 'ISO week of the ISO year.';
COMMENT ON COLUMN star.dim_date.iso_weekday IS 'Monday is 1.';

INSERT INTO star.dim_date
SELECT day::DATE, year(day), year(day) - 1911, CASE WHEN month(day) <= 6 THEN 1 ELSE 2 END, quarter(day), month(day),
       week(day), isodow(day)
FROM range(TIMESTAMP '1990-01-01', TIMESTAMP '2070-01-01', INTERVAL 1 DAY) AS days(day);

CREATE TABLE star.fact_capacity (
    claim_id          VARCHAR NOT NULL CHECK (length(claim_id) = 32),
    brief_key         VARCHAR NOT NULL,
    company_key       VARCHAR,
    product_key       VARCHAR,
    subject           VARCHAR,
    site              VARCHAR,
    metric            VARCHAR NOT NULL CHECK (metric IN ('capacity', 'output', 'capacity_addition', 'utilization')),
    value_low         DOUBLE,
    value_high        DOUBLE,
    comparator        VARCHAR NOT NULL CHECK (comparator IN ('eq', 'approx', 'gt', 'lt', 'upto', 'range', 'vague')),
    unit              VARCHAR,
    unit_raw          VARCHAR,
    per               VARCHAR,
    value_per_year    DOUBLE,
    prior_low         DOUBLE,
    prior_high        DOUBLE,
    status            VARCHAR CHECK (status IN ('current', 'planned', 'past')),
    period_start      DATE,
    period_end        DATE,
    sentence          VARCHAR NOT NULL,
    sentence_start    INTEGER NOT NULL CHECK (sentence_start >= 0),
    span_start        INTEGER NOT NULL CHECK (span_start >= 0),
    span_end          INTEGER NOT NULL,
    confidence        DOUBLE NOT NULL CHECK (confidence BETWEEN 0 AND 1),
    rule              VARCHAR NOT NULL,
    extractor_version VARCHAR NOT NULL,
    flags             VARCHAR[] NOT NULL,
    known_from        TIMESTAMP NOT NULL,
    known_to          TIMESTAMP,
    CHECK (span_start < span_end),
    CHECK (period_start IS NULL OR period_end IS NULL OR period_start <= period_end),
    CHECK (known_to IS NULL OR known_from <= known_to),
    CHECK (value_low IS NULL OR value_high IS NULL OR value_low <= value_high),
    CHECK (prior_low IS NULL OR prior_high IS NULL OR prior_low <= prior_high)
);
COMMENT ON TABLE star.fact_capacity IS 'One row per capacity claim of a brief and belief interval: an absolute amount that someone can make, makes or plans to make.';
COMMENT ON COLUMN star.fact_capacity.claim_id IS 'Hash of the brief, the place and the content of the claim.';
COMMENT ON COLUMN star.fact_capacity.brief_key IS 'The brief, star.dim_brief.';
COMMENT ON COLUMN star.fact_capacity.company_key IS 'The company it is about, star.dim_company.';
COMMENT ON COLUMN star.fact_capacity.product_key IS 'The product that the subject names, star.dim_product; null when none is known.';
COMMENT ON COLUMN star.fact_capacity.subject IS 'The market, product, segment or thing the number is about, in the brief''s words.';
COMMENT ON COLUMN star.fact_capacity.site IS 'Plant or place, as written.';
COMMENT ON COLUMN star.fact_capacity.metric IS 'What is measured; contract section 5.';
COMMENT ON COLUMN star.fact_capacity.value_low IS 'Closed lower bound as a plain number; null when open or not stated.';
COMMENT ON COLUMN star.fact_capacity.value_high IS 'Closed upper bound as a plain number; null when open or not stated.';
COMMENT ON COLUMN star.fact_capacity.comparator IS 'How the bounds bind: eq, approx, gt, lt, upto, range, vague.';
COMMENT ON COLUMN star.fact_capacity.unit IS 'Unit code, star.dim_unit.';
COMMENT ON COLUMN star.fact_capacity.unit_raw IS 'Unit as written.';
COMMENT ON COLUMN star.fact_capacity.per IS 'What the amount is per: a span of time or an item; null when absolute.';
COMMENT ON COLUMN star.fact_capacity.value_per_year IS 'value_low (else value_high) per year where per is a span of time; null otherwise.';
COMMENT ON COLUMN star.fact_capacity.prior_low IS 'Lower bound of the value that this one replaces.';
COMMENT ON COLUMN star.fact_capacity.prior_high IS 'Upper bound of the value that this one replaces.';
COMMENT ON COLUMN star.fact_capacity.status IS 'Whether the capacity is current, planned or past.';
COMMENT ON COLUMN star.fact_capacity.period_start IS 'First day on which the amount holds; null when open or not said.';
COMMENT ON COLUMN star.fact_capacity.period_end IS 'Last day on which the amount holds; null when open or not said.';
COMMENT ON COLUMN star.fact_capacity.sentence IS 'The sentence in the body that states it, as written.';
COMMENT ON COLUMN star.fact_capacity.sentence_start IS 'Offset of the sentence in the body, code points.';
COMMENT ON COLUMN star.fact_capacity.span_start IS 'Offset of the value in the body, code points, inclusive.';
COMMENT ON COLUMN star.fact_capacity.span_end IS 'Offset of the value in the body, code points, exclusive.';
COMMENT ON COLUMN star.fact_capacity.confidence IS 'How sure the rule is, 0 to 1.';
COMMENT ON COLUMN star.fact_capacity.rule IS 'Name of the rule that found it.';
COMMENT ON COLUMN star.fact_capacity.extractor_version IS 'Version of code and lexicon.';
COMMENT ON COLUMN star.fact_capacity.flags IS 'implausible, conflict, hearsay, derived; mostly empty.';
COMMENT ON COLUMN star.fact_capacity.known_from IS 'When the warehouse began to say so, UTC.';
COMMENT ON COLUMN star.fact_capacity.known_to IS 'When it ceased to, UTC; null while it holds.';

CREATE TABLE star.fact_forecast (
    claim_id          VARCHAR NOT NULL CHECK (length(claim_id) = 32),
    brief_key         VARCHAR NOT NULL,
    forecaster        VARCHAR,
    company_key       VARCHAR,
    product_key       VARCHAR,
    subject           VARCHAR,
    metric            VARCHAR NOT NULL CHECK (metric IN ('shipments', 'sales_volume', 'production_volume', 'output_value', 'exports', 'imports', 'orders', 'installed', 'trade_volume', 'demand', 'supply', 'shortage', 'inventory', 'revenue', 'profit', 'eps', 'dividend', 'vs_consensus', 'margin', 'cost', 'capex', 'investment', 'funding', 'market_size', 'market_cap', 'market_share', 'share', 'growth', 'price', 'price_change', 'target_price', 'valuation', 'rate', 'count', 'spec', 'duration', 'revision', 'other')),
    value_low         DOUBLE,
    value_high        DOUBLE,
    comparator        VARCHAR NOT NULL CHECK (comparator IN ('eq', 'approx', 'gt', 'lt', 'upto', 'range', 'vague')),
    unit              VARCHAR,
    unit_raw          VARCHAR,
    per               VARCHAR,
    basis             VARCHAR CHECK (basis IN ('yoy', 'qoq', 'mom', 'wow')),
    direction         VARCHAR CHECK (direction IN ('up', 'down', 'flat')),
    prior_low         DOUBLE,
    prior_high        DOUBLE,
    period_start      DATE,
    period_end        DATE,
    sentence          VARCHAR NOT NULL,
    sentence_start    INTEGER NOT NULL CHECK (sentence_start >= 0),
    span_start        INTEGER NOT NULL CHECK (span_start >= 0),
    span_end          INTEGER NOT NULL,
    confidence        DOUBLE NOT NULL CHECK (confidence BETWEEN 0 AND 1),
    rule              VARCHAR NOT NULL,
    extractor_version VARCHAR NOT NULL,
    flags             VARCHAR[] NOT NULL,
    known_from        TIMESTAMP NOT NULL,
    known_to          TIMESTAMP,
    CHECK (span_start < span_end),
    CHECK (period_start IS NULL OR period_end IS NULL OR period_start <= period_end),
    CHECK (known_to IS NULL OR known_from <= known_to),
    CHECK (value_low IS NULL OR value_high IS NULL OR value_low <= value_high),
    CHECK (prior_low IS NULL OR prior_high IS NULL OR prior_low <= prior_high)
);
COMMENT ON TABLE star.fact_forecast IS 'One row per forecast claim of a brief and belief interval: a quantity about the future, or a valuation figure.';
COMMENT ON COLUMN star.fact_forecast.claim_id IS 'Hash of the brief, the place and the content of the claim.';
COMMENT ON COLUMN star.fact_forecast.brief_key IS 'The brief, star.dim_brief.';
COMMENT ON COLUMN star.fact_forecast.forecaster IS 'Who makes the forecast: a company, an agency, a person or an unnamed group; null for the market''s or the brief''s own voice.';
COMMENT ON COLUMN star.fact_forecast.company_key IS 'The company it is about, star.dim_company.';
COMMENT ON COLUMN star.fact_forecast.product_key IS 'The product that the subject names, star.dim_product; null when none is known.';
COMMENT ON COLUMN star.fact_forecast.subject IS 'The market, product, segment or thing the number is about, in the brief''s words.';
COMMENT ON COLUMN star.fact_forecast.metric IS 'What is measured; contract section 5.';
COMMENT ON COLUMN star.fact_forecast.value_low IS 'Closed lower bound as a plain number; null when open or not stated.';
COMMENT ON COLUMN star.fact_forecast.value_high IS 'Closed upper bound as a plain number; null when open or not stated.';
COMMENT ON COLUMN star.fact_forecast.comparator IS 'How the bounds bind: eq, approx, gt, lt, upto, range, vague.';
COMMENT ON COLUMN star.fact_forecast.unit IS 'Unit code, star.dim_unit.';
COMMENT ON COLUMN star.fact_forecast.unit_raw IS 'Unit as written.';
COMMENT ON COLUMN star.fact_forecast.per IS 'What the amount is per: a span of time or an item; null when absolute.';
COMMENT ON COLUMN star.fact_forecast.basis IS 'What a change is measured against; null when not said.';
COMMENT ON COLUMN star.fact_forecast.direction IS 'Direction of a change; null for a level.';
COMMENT ON COLUMN star.fact_forecast.prior_low IS 'Lower bound of the value that this one replaces.';
COMMENT ON COLUMN star.fact_forecast.prior_high IS 'Upper bound of the value that this one replaces.';
COMMENT ON COLUMN star.fact_forecast.period_start IS 'First day on which the amount holds; null when open or not said.';
COMMENT ON COLUMN star.fact_forecast.period_end IS 'Last day on which the amount holds; null when open or not said.';
COMMENT ON COLUMN star.fact_forecast.sentence IS 'The sentence in the body that states it, as written.';
COMMENT ON COLUMN star.fact_forecast.sentence_start IS 'Offset of the sentence in the body, code points.';
COMMENT ON COLUMN star.fact_forecast.span_start IS 'Offset of the value in the body, code points, inclusive.';
COMMENT ON COLUMN star.fact_forecast.span_end IS 'Offset of the value in the body, code points, exclusive.';
COMMENT ON COLUMN star.fact_forecast.confidence IS 'How sure the rule is, 0 to 1.';
COMMENT ON COLUMN star.fact_forecast.rule IS 'Name of the rule that found it.';
COMMENT ON COLUMN star.fact_forecast.extractor_version IS 'Version of code and lexicon.';
COMMENT ON COLUMN star.fact_forecast.flags IS 'implausible, conflict, hearsay, derived; mostly empty.';
COMMENT ON COLUMN star.fact_forecast.known_from IS 'When the warehouse began to say so, UTC.';
COMMENT ON COLUMN star.fact_forecast.known_to IS 'When it ceased to, UTC; null while it holds.';

CREATE TABLE star.fact_supply (
    claim_id          VARCHAR NOT NULL CHECK (length(claim_id) = 32),
    brief_key         VARCHAR NOT NULL,
    supplier_key      VARCHAR NOT NULL,
    customer_key      VARCHAR,
    product_key       VARCHAR,
    item              VARCHAR,
    model             VARCHAR,
    role              VARCHAR CHECK (role IN ('primary', 'sole', 'backup')),
    status            VARCHAR NOT NULL CHECK (status IN ('active', 'trial', 'negotiating', 'planned', 'ended')),
    share_low         DOUBLE,
    share_high        DOUBLE,
    period_start      DATE,
    period_end        DATE,
    sentence          VARCHAR NOT NULL,
    sentence_start    INTEGER NOT NULL CHECK (sentence_start >= 0),
    span_start        INTEGER NOT NULL CHECK (span_start >= 0),
    span_end          INTEGER NOT NULL,
    confidence        DOUBLE NOT NULL CHECK (confidence BETWEEN 0 AND 1),
    rule              VARCHAR NOT NULL,
    extractor_version VARCHAR NOT NULL,
    flags             VARCHAR[] NOT NULL,
    known_from        TIMESTAMP NOT NULL,
    known_to          TIMESTAMP,
    CHECK (span_start < span_end),
    CHECK (period_start IS NULL OR period_end IS NULL OR period_start <= period_end),
    CHECK (known_to IS NULL OR known_from <= known_to),
    CHECK (share_low IS NULL OR share_high IS NULL OR share_low <= share_high),
    CHECK (customer_key IS NOT NULL OR item IS NOT NULL)
);
COMMENT ON TABLE star.fact_supply IS 'One row per supply claim of a brief and belief interval: one supplier delivers one item to one customer.';
COMMENT ON COLUMN star.fact_supply.claim_id IS 'Hash of the brief, the place and the content of the claim.';
COMMENT ON COLUMN star.fact_supply.brief_key IS 'The brief, star.dim_brief.';
COMMENT ON COLUMN star.fact_supply.supplier_key IS 'Who delivers, star.dim_company.';
COMMENT ON COLUMN star.fact_supply.customer_key IS 'Who receives, star.dim_company.';
COMMENT ON COLUMN star.fact_supply.product_key IS 'The product that the item names, star.dim_product.';
COMMENT ON COLUMN star.fact_supply.item IS 'What is delivered, in the brief''s words.';
COMMENT ON COLUMN star.fact_supply.model IS 'Model names, joined by 、.';
COMMENT ON COLUMN star.fact_supply.role IS 'The supplier''s role for the item.';
COMMENT ON COLUMN star.fact_supply.status IS 'How far the relation has come.';
COMMENT ON COLUMN star.fact_supply.share_low IS 'Share of the customer''s need, percent, lower bound.';
COMMENT ON COLUMN star.fact_supply.share_high IS 'Share of the customer''s need, percent, upper bound.';
COMMENT ON COLUMN star.fact_supply.period_start IS 'First day on which the amount holds; null when open or not said.';
COMMENT ON COLUMN star.fact_supply.period_end IS 'Last day on which the amount holds; null when open or not said.';
COMMENT ON COLUMN star.fact_supply.sentence IS 'The sentence in the body that states it, as written.';
COMMENT ON COLUMN star.fact_supply.sentence_start IS 'Offset of the sentence in the body, code points.';
COMMENT ON COLUMN star.fact_supply.span_start IS 'Offset of the supplier''s name in the body, code points, inclusive.';
COMMENT ON COLUMN star.fact_supply.span_end IS 'Offset of the supplier''s name in the body, code points, exclusive.';
COMMENT ON COLUMN star.fact_supply.confidence IS 'How sure the rule is, 0 to 1.';
COMMENT ON COLUMN star.fact_supply.rule IS 'Name of the rule that found it.';
COMMENT ON COLUMN star.fact_supply.extractor_version IS 'Version of code and lexicon.';
COMMENT ON COLUMN star.fact_supply.flags IS 'implausible, conflict, hearsay, derived; mostly empty.';
COMMENT ON COLUMN star.fact_supply.known_from IS 'When the warehouse began to say so, UTC.';
COMMENT ON COLUMN star.fact_supply.known_to IS 'When it ceased to, UTC; null while it holds.';

CREATE TABLE star.fact_observation (
    claim_id          VARCHAR NOT NULL CHECK (length(claim_id) = 32),
    brief_key         VARCHAR NOT NULL,
    company_key       VARCHAR,
    product_key       VARCHAR,
    subject           VARCHAR,
    metric            VARCHAR NOT NULL CHECK (metric IN ('shipments', 'sales_volume', 'production_volume', 'output_value', 'exports', 'imports', 'orders', 'installed', 'trade_volume', 'demand', 'supply', 'shortage', 'inventory', 'revenue', 'profit', 'eps', 'dividend', 'vs_consensus', 'margin', 'cost', 'capex', 'investment', 'funding', 'market_size', 'market_cap', 'market_share', 'share', 'growth', 'price', 'price_change', 'target_price', 'valuation', 'rate', 'count', 'spec', 'duration', 'revision', 'other')),
    value_low         DOUBLE,
    value_high        DOUBLE,
    comparator        VARCHAR NOT NULL CHECK (comparator IN ('eq', 'approx', 'gt', 'lt', 'upto', 'range', 'vague')),
    unit              VARCHAR,
    unit_raw          VARCHAR,
    per               VARCHAR,
    basis             VARCHAR CHECK (basis IN ('yoy', 'qoq', 'mom', 'wow')),
    direction         VARCHAR CHECK (direction IN ('up', 'down', 'flat')),
    period_start      DATE,
    period_end        DATE,
    sentence          VARCHAR NOT NULL,
    sentence_start    INTEGER NOT NULL CHECK (sentence_start >= 0),
    span_start        INTEGER NOT NULL CHECK (span_start >= 0),
    span_end          INTEGER NOT NULL,
    confidence        DOUBLE NOT NULL CHECK (confidence BETWEEN 0 AND 1),
    rule              VARCHAR NOT NULL,
    extractor_version VARCHAR NOT NULL,
    flags             VARCHAR[] NOT NULL,
    known_from        TIMESTAMP NOT NULL,
    known_to          TIMESTAMP,
    CHECK (span_start < span_end),
    CHECK (period_start IS NULL OR period_end IS NULL OR period_start <= period_end),
    CHECK (known_to IS NULL OR known_from <= known_to),
    CHECK (value_low IS NULL OR value_high IS NULL OR value_low <= value_high)
);
COMMENT ON TABLE star.fact_observation IS 'One row per observation claim of a brief and belief interval: a measured quantity about the past or the present.';
COMMENT ON COLUMN star.fact_observation.claim_id IS 'Hash of the brief, the place and the content of the claim.';
COMMENT ON COLUMN star.fact_observation.brief_key IS 'The brief, star.dim_brief.';
COMMENT ON COLUMN star.fact_observation.company_key IS 'The company it is about, star.dim_company.';
COMMENT ON COLUMN star.fact_observation.product_key IS 'The product that the subject names, star.dim_product; null when none is known.';
COMMENT ON COLUMN star.fact_observation.subject IS 'The market, product, segment or thing the number is about, in the brief''s words.';
COMMENT ON COLUMN star.fact_observation.metric IS 'What is measured; contract section 5.';
COMMENT ON COLUMN star.fact_observation.value_low IS 'Closed lower bound as a plain number; null when open or not stated.';
COMMENT ON COLUMN star.fact_observation.value_high IS 'Closed upper bound as a plain number; null when open or not stated.';
COMMENT ON COLUMN star.fact_observation.comparator IS 'How the bounds bind: eq, approx, gt, lt, upto, range, vague.';
COMMENT ON COLUMN star.fact_observation.unit IS 'Unit code, star.dim_unit.';
COMMENT ON COLUMN star.fact_observation.unit_raw IS 'Unit as written.';
COMMENT ON COLUMN star.fact_observation.per IS 'What the amount is per: a span of time or an item; null when absolute.';
COMMENT ON COLUMN star.fact_observation.basis IS 'What a change is measured against; null when not said.';
COMMENT ON COLUMN star.fact_observation.direction IS 'Direction of a change; null for a level.';
COMMENT ON COLUMN star.fact_observation.period_start IS 'First day on which the amount holds; null when open or not said.';
COMMENT ON COLUMN star.fact_observation.period_end IS 'Last day on which the amount holds; null when open or not said.';
COMMENT ON COLUMN star.fact_observation.sentence IS 'The sentence in the body that states it, as written.';
COMMENT ON COLUMN star.fact_observation.sentence_start IS 'Offset of the sentence in the body, code points.';
COMMENT ON COLUMN star.fact_observation.span_start IS 'Offset of the value in the body, code points, inclusive.';
COMMENT ON COLUMN star.fact_observation.span_end IS 'Offset of the value in the body, code points, exclusive.';
COMMENT ON COLUMN star.fact_observation.confidence IS 'How sure the rule is, 0 to 1.';
COMMENT ON COLUMN star.fact_observation.rule IS 'Name of the rule that found it.';
COMMENT ON COLUMN star.fact_observation.extractor_version IS 'Version of code and lexicon.';
COMMENT ON COLUMN star.fact_observation.flags IS 'implausible, conflict, hearsay, derived; mostly empty.';
COMMENT ON COLUMN star.fact_observation.known_from IS 'When the warehouse began to say so, UTC.';
COMMENT ON COLUMN star.fact_observation.known_to IS 'When it ceased to, UTC; null while it holds.';

CREATE TABLE star.fact_company_mention (
    mention_id        VARCHAR NOT NULL CHECK (length(mention_id) = 32),
    brief_key         VARCHAR NOT NULL,
    company_key       VARCHAR NOT NULL,
    mentions          INTEGER NOT NULL CHECK (mentions >= 1),
    first_span_start  INTEGER NOT NULL CHECK (first_span_start >= 0),
    first_span_end    INTEGER NOT NULL,
    extractor_version VARCHAR NOT NULL,
    known_from        TIMESTAMP NOT NULL,
    known_to          TIMESTAMP,
    CHECK (first_span_start < first_span_end),
    CHECK (known_to IS NULL OR known_from <= known_to)
);
COMMENT ON TABLE star.fact_company_mention IS 'One row per brief, company that it names, and belief interval.';
COMMENT ON COLUMN star.fact_company_mention.mention_id IS 'Hash of brief and company.';
COMMENT ON COLUMN star.fact_company_mention.brief_key IS 'The brief, star.dim_brief.';
COMMENT ON COLUMN star.fact_company_mention.company_key IS 'The company, star.dim_company.';
COMMENT ON COLUMN star.fact_company_mention.mentions IS 'How often the body names it.';
COMMENT ON COLUMN star.fact_company_mention.first_span_start IS 'Offset of its first mention in the body, code points, inclusive.';
COMMENT ON COLUMN star.fact_company_mention.first_span_end IS 'Offset of its first mention in the body, code points, exclusive.';
COMMENT ON COLUMN star.fact_company_mention.extractor_version IS 'Version of code and lexicon.';
COMMENT ON COLUMN star.fact_company_mention.known_from IS 'When the warehouse began to say so, UTC.';
COMMENT ON COLUMN star.fact_company_mention.known_to IS 'When it ceased to, UTC; null while it holds.';
