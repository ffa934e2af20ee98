-- Employees with their full name. Columns of CSV files are text.
SELECT
    EmployeeKey AS employee_key,
    FirstName || ' ' || LastName AS name,
    Title AS title,
    DepartmentName AS department,
    HireDate AS hired_on,
    SalesTerritoryKey AS territory_key
FROM "DimEmployee.csv"
