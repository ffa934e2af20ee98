"""KPIs: plan questions as additive components, compile them to SQL, evaluate the answers."""
