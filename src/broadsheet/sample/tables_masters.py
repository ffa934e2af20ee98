"""The master tables of the sample warehouse, as data."""

from __future__ import annotations

from broadsheet.sample.schema import Table, table

MASTERS: tuple[Table, ...] = (
    table(
        "geo", "one place", "geo_id",
        """
        geo_id | key:GEO:2 | place
        city | text | city
        district | text | sales district
        region | text | state or region
        country | text | ISO country code
        market | text | group of countries
        """,
    ),
    table(
        "territories", "one sales district", "territory_id",
        """
        territory_id | key:TER:2 | sales district
        parent_id | text | the country it lies in, or 'abroad'
        name | text | name
        team_id | key:T:2 | sales team in charge *
        """,
    ),
    table(
        "stores", "one shop", "store_id",
        """
        store_id | key:S:2 | shop
        geo_id | key:GEO:2 | place
        name | text | name *
        """,
    ),
    table(
        "teams", "one team", "team_id",
        """
        team_id | key:T:2 | team
        manager_id | key:U:3 | head of the team
        name | text | name *
        department | text | Sales, Retail, Service or Marketing *
        valid_from | time | start
        valid_to | time | end, empty while it exists
        """,
    ),
    table(
        "users", "one employee", "user_id",
        """
        user_id | key:U:3 | employee
        name | text | name
        role | text | role
        team_id | key:T:2 | team
        department | text | department
        hours_week | money | contract hours per week
        email | text | work address *
        valid_from | time | entry
        valid_to | time | exit, empty while employed
        """,
    ),
    table(
        "products", "one product", "product_id",
        """
        product_id | key:P:3 | product
        name | text | name
        category | text | category
        portfolio | text | Fishing, Gear or Boats
        brand | text | brand
        family_id | key:F:2 | model, in three sizes
        unit | text | unit of measure
        tier_rank | int | 1 small to 3 large within the family
        launched_at | date | first day on sale
        retired_at | date | last day on sale, empty while sold
        lifecycle_stage | text | introduction, growth, maturity or decline
        list_price | money | list price at the start, EUR
        std_cost | money | standard cost, EUR
        """,
    ),
    table(
        "competitors", "one competitor", "competitor_id",
        """
        competitor_id | key:K:2 | competitor
        name | text | name
        """,
    ),
    table(
        "calendar", "one day in one country", "date country",
        """
        date | date | day
        country | text | ISO country code *
        iso_week | text | ISO week, 2026-W24
        month | text | month, 2026-06
        quarter | text | quarter, 2026-Q2
        fiscal_period | text | the fiscal year starts in February: FY2026-05 is June 2026
        is_workday | bool | Monday to Friday and no public holiday
        open_from | text | opening of the service desk, local, empty when closed
        open_to | text | its closing
        """,
    ),
    table(
        "fx_rates", "one currency on one day, per rate type", "currency rate_date rate_type",
        """
        currency | text | ISO currency code
        rate_date | date | day (local)
        rate | rate | EUR for one unit
        rate_type | text | daily, or plan (constant within a calendar year)
        """,
    ),
    table(
        "customers", "one version of one customer profile", "customer_key",
        """
        customer_key | int | version
        customer_id | key:C:6 | record in the CRM
        golden_id | key:G:6 | the one customer behind merged records; every fact refers to it
        parent_id | key:G:6 | parent company (its golden_id)
        customer_type | text | consumer or business
        name | text | name
        company_unit | text | unit, for some companies
        department | text | buying department of companies
        segment | text | segment of this version, scheme 'business' *
        industry | text | industry of companies
        nationality | text | of consumers
        gender | text | of consumers, often undisclosed
        birth_date | date | of consumers
        acquired_at | date | first known
        geo_id | key:GEO:2 | place
        territory_id | key:TER:2 | sales district
        owner_user_id | key:U:3 | sales rep of a business customer
        value_class | text | A, B, C or new
        is_key_account | bool | key account
        is_international | bool | outside Germany
        is_test | bool | test record, to be excluded
        status | text | active or merged
        merged_into_id | key:C:6 | surviving record of a merged one
        valid_from | time | version from
        valid_to | time | version until (exclusive), empty for the current one
        """,
    ),
    table(
        "contacts", "one person", "contact_id",
        """
        contact_id | key:N:6 | person
        customer_id | key:C:6 | customer record
        role | text | role of a company's contact, or private
        email | text | address, masked
        phone | text | number, masked
        fax | text | number, masked
        created_at | time | recorded
        first_contact_at | time | first contact
        source_channel | text | where the person came from
        source_campaign_id | key:CMP:4 | campaign
        list_source | text | list the person stands on; a customer list was imported
        """,
    ),
    table(
        "segments", "one customer in one scheme and interval", "golden_id scheme valid_from",
        """
        golden_id | key:G:6 | customer
        scheme | text | business
        segment | text | segment
        valid_from | date | from
        valid_to | date | until (exclusive), empty for the current one
        """,
    ),
    table(
        "campaigns", "one campaign", "campaign_id",
        """
        campaign_id | key:CMP:4 | campaign
        name | text | name
        type | text | type
        channel | text | channel
        advert_id | key:AD:4 | advert
        start | date | first day
        end | date | last day
        target_segment | text | segment aimed at, empty for all
        """,
    ),
)  # fmt: skip
