-- Order lines of the web shop.
SELECT
    SalesOrderNumber AS order_no,
    SalesOrderLineNumber AS line_no,
    OrderDate AS ordered_on,
    CustomerKey AS customer_key,
    ProductKey AS product_key,
    SalesTerritoryKey AS territory_key,
    OrderQuantity AS quantity,
    SalesAmount AS sales,
    TotalProductCost AS cost
FROM "FactInternetSales.parquet"
