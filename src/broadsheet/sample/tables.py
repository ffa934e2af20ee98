"""The tables of the sample warehouse, as data; a `*` marks a column beside the general data model."""

from __future__ import annotations

from broadsheet.sample.schema import Table, table
from broadsheet.sample.tables_digital import DIGITAL
from broadsheet.sample.tables_masters import MASTERS
from broadsheet.sample.tables_operations import OPERATIONS

FACTS: tuple[Table, ...] = (
    table(
        "campaign_costs", "one cost entry", "cost_id",
        """
        cost_id | key:CO:5 | entry *
        campaign_id | key:CMP:4 | campaign
        cost_date | date | day
        category | text | media, creation or agency
        kind | text | planned, committed or actual
        amount | money | cost
        currency | text | currency
        """,
    ),
    table(
        "leads", "one lead", "lead_id",
        """
        lead_id | key:L:6 | lead
        created_at | time | recorded
        first_contact_at | time | the person contacted us
        first_addressed_at | time | we answered in person
        qualified_at | time | qualified
        disqualified_at | time | disqualified
        handed_over_at | time | handed to sales
        status | text | new, working, qualified, disqualified or converted
        source_channel | text | channel
        source_campaign_id | key:CMP:4 | campaign
        referral_reason | text | what the recommendation named: service, products or prices; of referrals *
        disqualify_reason | text | reason
        owner_user_id | key:U:3 | rep in charge
        team_id | key:T:2 | team in charge
        product_id | key:P:3 | product of interest
        geo_id | key:GEO:2 | place
        golden_id | key:G:6 | customer, once known
        converted_opportunity_id | key:B:6 | the opportunity it became
        """,
    ),
    table(
        "opportunities", "one business case", "opportunity_id",
        """
        opportunity_id | key:B:6 | opportunity
        lead_id | key:L:6 | lead it came from
        golden_id | key:G:6 | customer
        owner_user_id | key:U:3 | rep in charge
        team_id | key:T:2 | team in charge
        process_id | text | direct-v1 (4 stages) or fleet-v1 (5 stages)
        product_id | key:P:3 | main product *
        created_at | time | opened
        closed_at | time | won, lost or cancelled
        expected_close_date | date | expected close as last entered
        outcome | text | open, won, lost or cancelled
        loss_reason | text | reason of a lost one
        stage | text | present stage, 'Closed won', 'Closed lost' or 'Cancelled'
        opportunity_kind | text | new, existing, cross-sell, up-sell or renewal
        source_channel | text | first-touch channel, of the lead
        source_campaign_id | key:CMP:4 | first-touch campaign, of the lead
        amount_est | money | estimated amount
        amount_actual | money | amount of a won one
        currency | text | currency
        probability | share | chance of winning as recorded, 0 to 1
        """,
    ),
    table(
        "opportunity_lines", "one product in one opportunity", "opportunity_id product_id",
        """
        opportunity_id | key:B:6 | opportunity
        product_id | key:P:3 | product
        qty | money | units
        amount | money | amount; the lines add up to amount_est
        """,
    ),
    table(
        "stage_history", "one stay of one opportunity in one stage", "opportunity_id seq",
        """
        opportunity_id | key:B:6 | opportunity
        process_id | text | process
        stage | text | stage
        standard_stage | text | qualify, develop, propose or negotiate
        seq | int | order within the opportunity, from 1
        entered_at | time | entered
        left_at | time | left, empty while it stays
        amount_at_entry | money | estimated amount on entering
        """,
    ),
    table(
        "opportunity_competitors", "one competitor seen in one opportunity", "opportunity_id competitor_id",
        """
        opportunity_id | key:B:6 | opportunity
        competitor_id | key:K:2 | competitor
        role | text | present or winner
        """,
    ),
    table(
        "orders", "one order", "order_id",
        """
        order_id | key:O:6 | order
        golden_id | key:G:6 | customer, empty for a walk-in sale
        opportunity_id | key:B:6 | the opportunity won by it
        quote_id | key:Q:6 | the quote accepted by it
        campaign_id | key:CMP:4 | campaign that led to it
        owner_user_id | key:U:3 | rep or shop assistant
        team_id | key:T:2 | team credited *
        store_id | key:S:2 | shop
        supply_point_id | key:SP:4 | delivery point of a company
        ship_geo | key:GEO:2 | place shipped to
        ordered_at | time | ordered
        sales_channel | text | shop, web shop, B2B portal or field
        status | text | open, shipped, done or cancelled
        payment_method | text | means of payment
        currency | text | currency of all amounts of the order
        """,
    ),
    table(
        "order_lines", "one product in one order", "order_id line_no",
        """
        order_id | key:O:6 | order (its ordered_at is the clock)
        line_no | int | line *
        product_id | key:P:3 | product
        qty | money | units
        net_amount | money | amount after discount, without tax
        discount | money | discount granted
        cost_amount | money | cost of goods
        """,
    ),
    table(
        "returns", "one return or reclamation", "return_id",
        """
        return_id | key:R:6 | return
        order_id | key:O:6 | order
        product_id | key:P:3 | product
        golden_id | key:G:6 | customer
        kind | text | return or claim
        decision | text | accepted or rejected, empty while undecided
        defect_code | text | defect of a claim
        batch | text | production batch of a claim about own products, as printed on them *
        currency | text | currency
        registered_at | time | registered
        resolved_at | time | decided
        qty | money | units
        amount | money | value taken back
        cost_amount | money | cost of handling it
        """,
    ),
    table(
        "cases", "one service case", "case_id",
        """
        case_id | key:V:6 | case
        golden_id | key:G:6 | customer, empty for an unknown caller
        product_id | key:P:3 | product
        order_id | key:O:6 | order it is about *
        advert_id | key:AD:4 | advert behind the order
        owner_id | key:U:3 | worker in charge
        resolver_id | key:U:3 | worker who resolved it
        team_id | key:T:2 | team in charge *
        queue | text | queue *
        type | text | question, incident, request, complaint, claim or suggestion
        priority | text | P1 (urgent) to P4
        channel | text | telephone, email, chat, portal or shop
        problem_code | text | problem
        status | text | new, working, resolved or closed
        source_channel | text | channel the customer once came from
        source_campaign_id | key:CMP:4 | campaign behind the order
        created_at | time | opened
        first_response_at | time | first answer by a person
        resolved_at | time | resolved (last time)
        closed_at | time | closed, a while after
        sla_due_at | time | to be resolved by
        reopened_count | int | times reopened
        contacts_to_resolve | int | customer contacts until resolved
        """,
    ),
    table(
        "case_events", "one event of one case", "case_id seq",
        """
        case_id | key:V:6 | case
        seq | int | order within the case, from 1 *
        event | text | assigned, on_hold, resumed, resolved, reopened or closed
        ts | time | when
        """,
    ),
    table(
        "surveys", "one survey answer", "response_id",
        """
        response_id | key:A:6 | answer
        golden_id | key:G:6 | customer
        case_id | key:V:6 | case, for subject service
        order_id | key:O:6 | order, for subject product
        product_id | key:P:3 | product
        advert_id | key:AD:4 | advert that led to the order, for subject product
        subject | text | service (1 to 5) or product (0 to 10)
        score | money | score
        scale_min | money | lowest score possible
        scale_max | money | highest score possible
        agent_rating | money | rating of the service worker, 1 to 5
        sent_at | time | asked
        answered_at | time | answered, empty without an answer
        comment | text | words of the customer, mostly empty
        sentiment | text | pos, neu or neg
        wish | text | what the customer would like to have, of some answers *
        """,
    ),
    table(
        "interactions", "one contact of any channel", "interaction_id",
        """
        interaction_id | key:I:6 | contact
        golden_id | key:G:6 | customer
        contact_id | key:N:6 | person
        lead_id | key:L:6 | lead
        opportunity_id | key:B:6 | opportunity
        case_id | key:V:6 | case
        user_id | key:U:3 | employee
        channel | text | telephone, email, chat, personal, portal
        direction | text | inbound or outbound
        type | text | call, click-to-talk (a call from the website), mail, chat, meeting or message
        outcome | text | reached, not reached, answered, abandoned
        queue | text | service queue
        dial_mode | text | manual or preview, of outbound calls
        script_id | text | script followed, of outbound lead calls and of the first contact about a case
        started_at | time | start
        duration_s | int | whole length, seconds
        wait_s | int | waiting, of inbound calls and chats
        talk_s | int | talking or writing
        hold_s | int | on hold, of calls *
        wrap_s | int | after-work
        is_automated | bool | sent by a machine
        connected | bool | reached a person
        abandoned | bool | the customer gave up waiting
        ivr_contained | bool | settled by the voice menu
        """,
    ),
    table(
        "plan_targets", "one KPI, scope, period, scenario and version", "kpi_id scope period_start scenario version",
        """
        kpi_id | text | KPI
        scope | text | dimension=value, such as team=North, or all
        team_id | key:T:2 | the team of the scope, empty for other scopes *
        period_start | date | first day
        period_end | date | last day (inclusive)
        scenario | text | plan, target, budget or forecast
        version | int | version: a budget is set anew in July, a forecast made three times
        issued_on | date | day of issue of a budget or forecast *
        amount | rate | planned value: money in EUR, counts, hours or shares
        currency | text | EUR for money
        direction | text | up: higher is better; down: lower is better
        """,
    ),
    table(
        "source_loads", "one load of one table", "source_system table loaded_at",
        """
        source_system | text | system
        table | text | table
        loaded_at | time | loaded
        data_through | time | the data are complete up to here (exclusive)
        rows | int | rows loaded
        rejected | int | rows refused
        status | text | ok or failed
        """,
    ),
    table(
        "context_events", "one outside event", "kind start source",
        """
        kind | text | holiday, weather, trade fair, price change or outage
        geo_id | key:GEO:2 | place, empty when everywhere
        start | date | first day
        end | date | last day
        value | text | what
        source | text | who says so
        """,
    ),
)  # fmt: skip

TABLES: tuple[Table, ...] = MASTERS + FACTS + DIGITAL + OPERATIONS
