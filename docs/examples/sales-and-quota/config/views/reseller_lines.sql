-- Order lines of resellers. has_quota says whether the seller had a quota in the quarter of the order: attainment
-- compares with these sales alone. The question is only whether there is a row, so two of them do not count twice.
SELECT
    SalesOrderNumber AS order_no,
    SalesOrderLineNumber AS line_no,
    OrderDate AS ordered_on,
    ProductKey AS product_key,
    ResellerKey AS reseller_key,
    EmployeeKey AS employee_key,
    SalesTerritoryKey AS territory_key,
    OrderQuantity AS quantity,
    SalesAmount AS sales,
    TotalProductCost AS cost,
    (EmployeeKey, year(OrderDate), quarter(OrderDate)) IN (
        SELECT (EmployeeKey, CalendarYear, CalendarQuarter) FROM "FactSalesQuota.parquet"
    ) AS has_quota
FROM "FactResellerSales.parquet"
