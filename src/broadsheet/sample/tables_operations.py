"""The tables of quotes, contracts, money, goods, work and the reporting service, as data."""

from __future__ import annotations

from broadsheet.sample.schema import Table, table

OPERATIONS: tuple[Table, ...] = (
    table(
        "quotes", "one revision of one quote", "quote_id",
        """
        quote_id | key:Q:6 | quote revision
        quote_root_id | key:Q:6 | its first revision; an alternative for the same deal has a root of its own
        revision | int | number within the root, from 1
        opportunity_id | key:B:6 | opportunity
        golden_id | key:G:6 | customer
        issued_at | time | sent out, empty for a draft
        valid_until | time | valid until (may lie ahead)
        accepted_at | time | accepted
        status | text | draft, sent, accepted, declined, expired or superseded
        offer_id | text | promotion it was part of, mostly empty
        amount | money | amount offered, after discount
        list_amount | money | amount at list prices
        currency | text | currency
        """,
    ),
    table(
        "quote_lines", "one product in one quote revision", "quote_id product_id",
        """
        quote_id | key:Q:6 | quote revision
        product_id | key:P:3 | product
        qty | money | units
        line_amount | money | amount; the lines add up to the quote
        """,
    ),
    table(
        "subscriptions", "one term of one subscription", "subscription_id",
        """
        subscription_id | key:SUB:5 | term
        previous_id | key:SUB:5 | the term it renews *
        golden_id | key:G:6 | customer
        product_id | key:P:3 | product looked after
        owner_user_id | key:U:3 | employee in charge *
        start | date | first day
        term_end | date | last day (may lie ahead)
        renewed_at | time | renewed, early or up to 30 days after the end; a few later
        cancelled_at | time | cancelled by the customer
        amount | money | price of the term
        currency | text | currency
        auto_renew | bool | renews by itself at the end of the term
        ref_volume_week | money | records per week that the price is made for
        """,
    ),
    table(
        "contracts", "one version of one supply contract", "contract_id version",
        """
        contract_id | key:CT:5 | contract
        version | int | version, from 1; every adjustment makes one *
        golden_id | key:G:6 | customer *
        start | date | first day of the contract
        end | date | last day (may lie ahead), empty when open-ended
        adjusted_at | time | adjusted, empty for the first version
        value | money | value of a year from this version on
        previous_value | money | value of a year before, empty for the first version *
        currency | text | currency *
        owner | key:U:3 | employee in charge
        """,
    ),
    table(
        "invoices", "one invoice or credit note", "invoice_id",
        """
        invoice_id | key:RE:6 | invoice
        order_id | key:O:6 | order, for goods and credit notes
        case_id | key:V:6 | case, for service *
        subscription_id | key:SUB:5 | term, for subscriptions *
        golden_id | key:G:6 | customer
        product_id | key:P:3 | product of service, subscriptions and credit notes *
        team_id | key:T:2 | team that did the service *
        kind | text | goods, service, subscription or credit note (negative amounts)
        issued_at | time | issued
        due_at | date | to be paid by (may lie ahead)
        amount | money | net amount
        tax | money | value added tax
        open_amount | money | amount with tax less what was paid and not taken back, at the end
        parts_cost | money | cost of parts and outside work, of service *
        disputed | bool | the customer disputes it *
        currency | text | currency
        """,
    ),
    table(
        "payments", "one payment, tried or made", "payment_id",
        """
        payment_id | key:PY:6 | payment
        invoice_id | key:RE:6 | invoice
        paid_at | time | paid or tried
        reversed_at | time | taken back (charge-back) *
        amount | money | amount with tax; negative when a credit note is paid out
        method | text | means of payment
        status | text | booked, failed (moved no money) or reversed
        currency | text | currency *
        """,
    ),
    table(
        "credit_status", "one credit rating of one customer", "golden_id valid_from",
        """
        golden_id | key:G:6 | customer
        credit_score | money | score, 1 to 100, empty when unknown
        limit | money | credit limit, EUR; 0 means no credit
        solvency_band | text | high (70 and more), medium (40 to 69), low or unknown
        valid_from | date | from
        valid_to | date | until (exclusive), empty for the current one
        """,
    ),
    table(
        "cost_rates", "one team and channel in one year", "team_id channel valid_from",
        """
        team_id | key:T:2 | team
        channel | text | channel of contacts, sales channel, or system that sends documents
        cost_per_hour | money | an hour of work, EUR; of contact channels
        cost_per_contact | money | a contact beside the work, an order beside the goods, or a document, EUR
        valid_from | date | from
        valid_to | date | until (exclusive), empty for the current one
        """,
    ),
    table(
        "supply_points", "one place to which a company has goods delivered", "supply_point_id",
        """
        supply_point_id | key:SP:4 | delivery point
        customer_id | key:C:6 | customer record
        geo_id | key:GEO:2 | place
        name | text | name *
        """,
    ),
    table(
        "deliveries", "one shipment of one order line", "delivery_id",
        """
        delivery_id | key:D:6 | shipment
        order_id | key:O:6 | order
        line_no | int | line of the order *
        product_id | key:P:3 | product
        warehouse | text | Hamburg or Ulm
        qty | money | units; the shipments of a line add up to it
        promised_at | time | promised for (may lie ahead)
        delivered_at | time | delivered, empty until then
        is_rest | bool | the rest of a line that came in two parts *
        """,
    ),
    table(
        "inventory_snapshots", "one product in one warehouse on one Sunday", "product_id warehouse date",
        """
        product_id | key:P:3 | product
        warehouse | text | Hamburg or Ulm; boats are kept in Hamburg
        date | date | Sunday, counted in the evening
        qty_on_hand | money | units there
        qty_reserved | money | units ordered and not yet delivered
        reorder_point | money | below it the stock is filled up
        value | money | units there at standard cost, EUR
        """,
    ),
    table(
        "production_runs", "one production run", "run_no",
        """
        run_no | int | run *
        product_id | key:P:3 | product
        plant | text | Kiel yard or Plau works
        batch | text | batch: the plant and the month of completion *
        completed_at | time | completed
        qty_planned | money | units planned, 0 for an unplanned run
        qty_good | money | good units, which go into stock
        qty_scrap | money | units scrapped
        downtime_min | int | minutes of standstill
        """,
    ),
    table(
        "tasks", "one task", "task_id",
        """
        task_id | key:TK:5 | task
        type | text | follow-up, call-back, document or review (one row per quarter)
        priority | text | P1 (urgent) to P4
        created_at | time | given *
        due_at | time | to be done by, as last moved (may lie ahead)
        first_due_at | time | to be done by, as first set (may lie ahead) *
        done_at | time | done
        closed_at | time | done or cancelled *
        status | text | open, done or cancelled
        owner | key:U:3 | employee in charge
        team_id | key:T:2 | team *
        golden_id | key:G:6 | customer *
        lead_id | key:L:6 | lead *
        opportunity_id | key:B:6 | opportunity *
        case_id | key:V:6 | case *
        """,
    ),
    table(
        "process_steps", "one step of one process instance", "instance_id seq",
        """
        instance_id | key:W:5 | process instance
        process_id | text | onboarding-v1, approval-v1 or claim-v1
        seq | int | order within the instance, from 1 *
        step | text | step
        entered_at | time | entered
        left_at | time | left, empty while it stays; an abandoned one leaves after 30 days
        limit_days | money | days after which it counts as stuck, empty where none is set *
        status | text | running, done or abandoned
        golden_id | key:G:6 | customer *
        owner | key:U:3 | employee in charge *
        team_id | key:T:2 | team *
        """,
    ),
    table(
        "documents", "one document promised to a customer", "document_id",
        """
        document_id | key:DO:5 | document
        type | text | offer, data sheet, contract draft or certificate *
        source_system | text | CRM or document management *
        promised_at | time | promised
        due_at | time | to be sent by (may lie ahead)
        sent_at | time | sent, empty until then
        owner | key:U:3 | employee in charge
        team_id | key:T:2 | team *
        golden_id | key:G:6 | customer
        opportunity_id | key:B:6 | opportunity *
        """,
    ),
    table(
        "report_runs", "one run of one report", "run_id",
        """
        run_id | key:RR:5 | run
        report_id | text | report
        audience | text | audience
        as_of | time | the moment of which it speaks
        scheduled_at | time | to be there by
        data_ready_at | time | its data were complete
        started_at | time | started
        finished_at | time | finished or broken off
        delivered_at | time | delivered, empty when failed
        status | text | delivered, failed, or in part (not to all recipients)
        attempt | int | 1, or 2 for the run after a failed one *
        manual_baseline_min | int | minutes the report took by hand, an estimate
        human_min | money | minutes people spent on this run *
        recipients | int | recipients *
        missed | int | recipients who did not get it *
        """,
    ),
    table(
        "report_feedback", "one reader of one run", "run_id recipient",
        """
        run_id | key:RR:5 | run
        recipient | text | reader
        opened_at | time | opened
        decision_at | time | decided something on it
        kpi_id | text | KPI the action is about *
        cause | text | cause found *
        action | text | action taken
        owner | key:U:3 | employee in charge of the action
        due_at | date | action due on (may lie ahead)
        done_at | time | action done *
        direction | text | which way is good for the KPI: up or down *
        value_before | money | the KPI when the action was decided *
        measured_at | time | four weeks after the action was done *
        value_after | money | the KPI then *
        """,
    ),
)  # fmt: skip
