"""The tables of marketing, web and customer intelligence, as data; a `*` marks a column beside the data model."""

from __future__ import annotations

from broadsheet.sample.schema import Table, table

DIGITAL: tuple[Table, ...] = (
    table(
        "campaign_members", "one person in one campaign", "member_id",
        """
        member_id | key:ME:6 | member *
        campaign_id | key:CMP:4 | campaign
        contact_id | key:N:6 | person, where a list names it
        lead_id | key:L:6 | the lead that the answer became
        golden_id | key:G:6 | customer, once known
        visitor_id | key:W:7 | web visitor, for answers without a name *
        advert_id | key:AD:4 | advert
        list_source | text | list the person came from
        addressed_at | time | addressed by the campaign; empty for the control group and for answers nobody asked for
        first_response_at | time | first answer
        response_type | text | visit, download, demo, call-back or prize draw
        is_control | bool | held back to measure the effect
        """,
    ),
    table(
        "email_events", "one event of one mail to one person", "event_id",
        """
        event_id | key:EE:6 | event *
        message_id | key:M:4 | mail; a campaign has two
        campaign_id | key:CMP:4 | campaign
        contact_id | key:N:6 | recipient
        event | text | sent, delivered, hard, soft, open, click, unsubscribe or spam
        link | text | page behind the link, of clicks
        ts | time | when
        is_machine | bool | opened by a privacy proxy or followed by a link scanner
        """,
    ),
    table(
        "event_registrations", "one seat or subscription of one person", "registration_id",
        """
        registration_id | key:RG:6 | registration *
        event_id | key:EV:3 | event or list
        event_name | text | its name *
        contact_id | key:N:6 | person
        campaign_id | key:CMP:4 | campaign it came from
        source_channel | text | channel it came from *
        kind | text | webinar, seminar, trade_show, newsletter, blog or portal
        registered_at | time | registered
        confirmed_at | time | confirmed by the link in the mail, empty until then
        cancelled_at | time | cancelled, of lists: left
        held_on | date | day of the event (local), empty for lists *
        attended | bool | was there
        """,
    ),
    table(
        "consents", "one consent of one person and interval", "contact_id channel purpose valid_from",
        """
        contact_id | key:N:6 | person
        channel | text | email or telephone
        purpose | text | newsletter or offers
        status | text | granted, pending (not confirmed) or withdrawn
        valid_from | time | from
        valid_to | time | until (exclusive), empty for the current one
        """,
    ),
    table(
        "social_metrics", "one account or paid post in one network on one day", "metric_id",
        """
        metric_id | key:SM:6 | row *
        network | text | social network
        campaign_id | key:CMP:4 | campaign, of paid posts
        brand | text | brand of the account
        placement | text | organic or paid *
        date | date | day (local)
        followers | int | followers of the account, empty for paid posts and gaps
        mentions | int | mentions, empty where the network gave nothing
        impressions | int | times shown
        engagements | int | likes, comments and shares
        pos | int | mentions in a positive tone
        neu | int | neutral mentions
        neg | int | negative mentions
        """,
    ),
    table(
        "web_visits", "one visit of the web shop by someone who agreed to be measured, or by a bot", "visit_id",
        """
        visit_id | key:X:6 | visit
        visitor_id | key:W:7 | browser of a visitor
        golden_id | key:G:6 | customer, of visits with a login
        ip | text | address, hashed
        referrer | text | site the visitor came from, empty for none
        entry_page | text | first page
        source_campaign_id | key:CMP:4 | campaign whose link led here
        started_at | time | first page view
        duration_s | int | seconds from the first to the last page view, empty for visits of one page
        pages_n | int | page views
        is_bot | bool | a machine
        """,
    ),
    table(
        "page_views", "one page view", "visit_id seq",
        """
        visit_id | key:X:6 | visit
        seq | int | order within the visit, from 1 *
        page | text | address, sometimes with the marks of a link
        product_id | key:P:3 | product, of product pages
        ts | time | when
        """,
    ),
    table(
        "carts", "one cart of the web shop", "cart_id",
        """
        cart_id | key:CA:6 | cart
        visit_id | key:X:6 | visit in which it was filled last *
        visitor_id | key:W:7 | browser of a visitor
        golden_id | key:G:6 | customer, where logged in
        created_at | time | first thing put in
        last_activity_at | time | last change
        order_id | key:O:6 | the order it became
        merged_cart_id | key:CA:6 | cart of another device that took its content *
        payment_method | text | means of payment chosen *
        amount | money | value of what is in it
        currency | text | currency
        """,
    ),
    table(
        "cart_lines", "one thing in one cart", "cart_id line_no",
        """
        cart_id | key:CA:6 | cart
        line_no | int | line *
        product_id | key:P:3 | product
        qty | money | units
        amount | money | value, in the cart's currency *
        """,
    ),
    table(
        "store_traffic", "one opening hour of one shop with a door counter", "store_id ts_hour",
        """
        store_id | key:S:2 | shop
        ts_hour | time | start of the hour
        entries | int | people who entered, empty while the counter is down
        counter_ok | bool | the counter worked
        """,
    ),
    table(
        "app_usage", "one feature used by one user of a business customer on one day",
        "golden_id user_ref feature date",
        """
        golden_id | key:G:6 | customer
        product_id | key:P:3 | product the application belongs to
        user_ref | text | user within the customer, sync for its service account
        application | text | Fleet Log or Dealer Desk
        feature | text | part of the application
        date | date | day (local); a day that was not loaded is missing for everyone
        records_processed | int | records processed
        logins | int | logins
        active_minutes | int | minutes of use
        is_service | bool | service account *
        """,
    ),
    table(
        "scores", "one score of one customer or lead", "entity_type entity_id model_id scored_at",
        """
        entity_type | text | customer or lead
        entity_id | text | golden_id or lead_id
        model_id | text | usage-score (1 to 10, every Monday) or lead-fit
        model_version | text | version of the model
        scored_at | time | when
        score | share | score, 1 to 10
        probability | share | chance of the lead to be won, of lead-fit
        lower | share | lower end of the 80 % interval
        upper | share | its upper end
        band | text | green, amber or red; of leads qualified, nurture or out
        drivers | text | what weighs most, as JSON
        """,
    ),
    table(
        "market_data", "one category in one place and quarter, or one benchmark and year", "record_id",
        """
        record_id | key:MD:5 | figure *
        geo_id | key:GEO:2 | place, empty for benchmarks
        category | text | product category, empty for benchmarks
        period | text | quarter, 2026-Q1, or year of a benchmark
        period_start | date | first day of the period *
        market_size | money | what could be sold, EUR
        market_sales | money | what all sellers sold, EUR
        benchmark_name | text | measure of a benchmark
        benchmark_value | share | its value in the trade
        source | text | who says so
        """,
    ),
    table(
        "identity_map", "one record of one source system", "source_system source_key",
        """
        source_system | text | CRM, web shop or application
        source_key | text | key of the record there
        golden_id | key:G:6 | the customer it is
        match_method | text | same record, e-mail, name and place, or by hand
        match_score | share | certainty of the match, 0 to 1
        recorded_at | time | record created *
        merged_at | time | matched, empty for what was the same record from the start
        reviewed_by | key:U:3 | who looked at a doubtful match
        """,
    ),
)  # fmt: skip
